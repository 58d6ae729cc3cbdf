package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to run in an instance.
 *
 * @param argv the program and its arguments; a program without a path is searched in the given PATH
 * @param environment the complete environment: nothing is added or inherited
 * @param stdin the input of the command; empty for no input
 * @param timeout after this time its process group is killed; processes that left the group survive
 * @param stdoutLimit how many characters of stdout are kept from the start; the rest is dropped
 * @param stderrLimit how many characters of stderr are kept from the start; the rest is dropped
 */
public record ProcessRequest(
    List<String> argv,
    Map<String, String> environment,
    Optional<byte[]> stdin,
    Duration timeout,
    int stdoutLimit,
    int stderrLimit) {

  public ProcessRequest {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    requireNonNull(stdin, "stdin is null");
    requireNonNull(timeout, "timeout is null");
    if (argv.isEmpty() || argv.getFirst().isBlank()) {
      throw new IllegalArgumentException("argv is empty");
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout " + timeout + " is not positive");
    }
    if (stdoutLimit < 0 || stderrLimit < 0) {
      throw new IllegalArgumentException("an output limit is negative");
    }
  }

  /** Only the program: arguments, environment and stdin may hold secrets. */
  @Override
  public String toString() {
    return "HostCommand[" + argv.getFirst() + ", timeout=" + timeout + "]";
  }
}
