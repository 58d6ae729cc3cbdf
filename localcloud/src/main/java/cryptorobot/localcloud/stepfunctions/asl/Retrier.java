package cryptorobot.localcloud.stepfunctions.asl;

import java.util.List;
import java.util.OptionalLong;

/**
 * How often and how long after an error of these names a state is tried again.
 *
 * @param maxAttempts 0 never retries
 * @param maxDelaySeconds empty sets no ceiling
 * @param fullJitter whether each delay is drawn evenly between 0 and the computed one
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
          "a retrier waits at least 1 s and never shrinks its delay");
    }
  }
}
