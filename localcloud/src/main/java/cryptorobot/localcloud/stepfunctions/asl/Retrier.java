package cryptorobot.localcloud.stepfunctions.asl;

import java.util.List;
import java.util.OptionalLong;

/**
 * How often and after which delay a state is retried after an error with one of these names.
 *
 * @param maxAttempts 0 never retries
 * @param maxDelaySeconds empty for no limit
 * @param fullJitter whether each delay is random, uniform between 0 and the computed delay
 */
public record Retrier(
    List<String> errorEquals,
    long intervalSeconds,
    double backoffRate,
    OptionalLong maxDelaySeconds,
    long maxAttempts,
    boolean fullJitter) {
  public Retrier {
    errorEquals = List.copyOf(errorEquals);
    if (intervalSeconds < 1 || backoffRate < 1 || maxAttempts < 0) {
      throw new IllegalArgumentException(
          "a retrier waits at least 1 s and never reduces its delay");
    }
  }
}
