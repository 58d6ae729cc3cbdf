package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to run inside an instance.
 *
 * @param argv the program and its arguments; a bare program name is looked up in the given PATH
 * @param environment the whole environment: nothing is added, nothing inherited
 * @param stdin what the command reads; empty = nothing
 * @param timeout after this long its process group is killed; what left the group lives on
 * @param stdoutLimit how many characters of stdout are kept, from the start; the rest is read and
 *     dropped
 * @param stderrLimit the same for stderr
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
      throw new IllegalArgumentException("argv names no program");
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout " + timeout + " is not positive");
    }
    if (stdoutLimit < 0 || stderrLimit < 0) {
      throw new IllegalArgumentException("an output limit is negative");
    }
  }

  /** The program alone: arguments, environment and stdin may hold secrets. */
  @Override
  public String toString() {
    return "HostCommand[" + argv.getFirst() + ", timeout=" + timeout + "]";
  }
}
