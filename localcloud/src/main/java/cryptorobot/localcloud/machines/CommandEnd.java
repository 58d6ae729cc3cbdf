package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

/**
 * The result of a command.
 *
 * @param exitCode its exit code; 128 plus the signal number if a signal ended it
 * @param stdout the first characters of its standard output, up to the requested limit
 * @param stderr the first characters of its standard error, up to the requested limit
 * @param timedOut whether the timeout ended it, or its background processes held its outputs open
 *     until the timeout
 * @param machineLost whether the instance went down while it ran; then its effect is unknown
 */
public record CommandEnd(
    int exitCode, String stdout, String stderr, boolean timedOut, boolean machineLost) {

  public CommandEnd {
    requireNonNull(stdout, "stdout is null");
    requireNonNull(stderr, "stderr is null");
  }
}
