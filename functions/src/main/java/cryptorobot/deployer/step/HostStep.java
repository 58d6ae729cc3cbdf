package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.FoundValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One host step of one execution.
 *
 * @param step the step's name, such as {@code fetch}
 * @param phase rises during an execution; the host refuses a phase lower than the last one
 * @param attempt empty, or a suffix that distinguishes an intended repetition from a retried
 *     request
 * @param settings the step's parameters by name; it may have others, which are not sent
 */
record HostStep(String step, int phase, String attempt, Host host, Map<String, String> settings) {

  private static final int LONGEST_COMMENT = 100;

  HostStep {
    requireNonNull(step, "step is null");
    requireNonNull(attempt, "attempt is null");
    requireNonNull(host, "host is null");
    settings = Map.copyOf(settings);
  }

  HostStep(String step, int phase, Host host, Map<String, String> settings) {
    this(step, phase, "", host, settings);
  }

  /** The same step with one more setting. */
  HostStep with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new HostStep(step, phase, attempt, host, more);
  }

  /** The same step as a separate run. */
  HostStep again(String name) {
    String both = attempt.isEmpty() || name.isEmpty() ? attempt + name : attempt + "-" + name;
    return new HostStep(step, phase, both, host, settings);
  }

  /** A required setting. */
  String setting(String name) {
    String value = settings.get(name);
    if (value == null) {
      throw new InvalidRequest(
          "$.settings." + name, FoundValue.NO_VALUE, "a string, for the step " + step);
    }
    return value;
  }

  /** The value of a parameter of the document: one that all steps have in common, or a setting. */
  String parameter(String name) {
    return switch (name) {
      case "Owner" -> host.execution();
      case "Generation" -> Integer.toString(host.generation());
      case "Phase" -> Integer.toString(phase);
      case "ApplicationPath" -> host.applicationPath();
      case "Environment" -> host.environment();
      default -> setting(name);
    };
  }

  /**
   * Identifies the command in later searches: {@code <execution name>/<step>/<phase>[.<attempt>]},
   * at most 100 characters. A longer execution name is cut, and a hash of the whole name is
   * appended.
   */
  String comment() {
    String tail = "/" + step + "/" + phase + (attempt.isEmpty() ? "" : "." + attempt);
    String name = host.executionName();
    int longestName = LONGEST_COMMENT - tail.length();
    return name.length() <= longestName
        ? name + tail
        : name.substring(0, longestName - 9) + "-" + hash(name) + tail;
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
