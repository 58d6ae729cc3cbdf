package cryptorobot.localcloud.stepfunctions.engine;

import cryptorobot.localcloud.stepfunctions.asl.Retrier;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delay before a retry.
 *
 * @see <a href="https://states-language.net/spec.html#retrying-after-error">Retrying after
 *     error</a>
 */
final class RetryDelay {
  private RetryDelay() {}

  /**
   * The delay before the next attempt.
   *
   * @param retries how many times this retrier has already retried the state
   */
  static Duration before(Retrier retrier, long retries, RandomGenerator random) {
    double longest = retrier.maxDelaySeconds().orElse(Integer.MAX_VALUE);
    double grown = retrier.intervalSeconds() * Math.pow(retrier.backoffRate(), retries);
    double seconds = Math.min(grown, longest);
    double drawn = retrier.fullJitter() ? random.nextDouble() * seconds : seconds;
    return Duration.ofMillis(Math.round(drawn * 1000));
  }
}
