package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The differences between what runs and what was deployed, for people. */
final class DriftText {
  private static final String INSIDE = "on the instance: ";
  private static final String OPERATE = "operate ";

  private DriftText() {}

  static List<String> lines(JsonNode reading, String environment) {
    var lines = new ArrayList<String>();
    lines.add(reading.path("said").asText());
    for (JsonNode one : reading.path("drift")) {
      lines.add("  %-12s %s".formatted(one.path("what").asText(), one.path("said").asText()));
      lines.add(
          "  %-12s %s".formatted("", "mend: " + here(one.path("mend").asText(), environment)));
    }
    return lines;
  }

  /**
   * A command of {@code scripts/operate}, or one of the instance, as it is given on this machine.
   */
  private static String here(String command, String environment) {
    if (command.startsWith(INSIDE)) {
      return "./scripts/local exec %s -- %s"
          .formatted(environment, command.substring(INSIDE.length()));
    }
    String word = command.substring(OPERATE.length()).split(" ")[0];
    return word.equals("start")
        ? "./scripts/local power --environment %s start".formatted(environment)
        : "./scripts/local %s --environment %s".formatted(word, environment);
  }
}
