package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

/**
 * How a command ended.
 *
 * @param exitCode its exit code; 128 + the signal when a signal ended it
 * @param stdout the first characters of its standard output, up to the limit asked for
 * @param stderr the same of its standard error
 * @param timedOut its timeout ended it, or what it left in the background held its outputs so long
 * @param machineLost the instance went down while it ran: whether it did its work is unknown
 */
public record CommandEnd(
    int exitCode, String stdout, String stderr, boolean timedOut, boolean machineLost) {

  public CommandEnd {
    requireNonNull(stdout, "stdout is null");
    requireNonNull(stderr, "stderr is null");
  }
}
