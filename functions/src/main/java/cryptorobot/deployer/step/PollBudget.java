package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import cryptorobot.deployer.ports.Waiting;
import java.time.Duration;
import java.time.Instant;

/**
 * How long one invocation polls, and how often.
 *
 * <p>The first pause is 100 ms; each further pause is a fifth longer, up to one second. Polling
 * ends after 50 seconds, or 5 seconds before Lambda would end the function. The state machine then
 * retries, which is better than a function that hangs.
 */
final class PollBudget {

  private static final Duration LONGEST = Duration.ofSeconds(50);
  private static final Duration RESERVE = Duration.ofSeconds(5);
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration SLOWEST = Duration.ofSeconds(1);

  private final Waiting waiting;
  private final Instant until;
  private Duration next = FIRST;

  PollBudget(Waiting waiting, Duration longest) {
    this.waiting = waiting;
    this.until = waiting.now().plus(longest);
  }

  static PollBudget of(Context context, Waiting waiting) {
    Duration left = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
    return new PollBudget(waiting, left.compareTo(LONGEST) < 0 ? left : LONGEST);
  }

  /** Waits until the next poll. Returns false if no time is left. */
  boolean pause() {
    if (waiting.now().plus(next).isAfter(until)) {
      return false;
    }
    Duration now = next;
    Duration slower = next.multipliedBy(6).dividedBy(5);
    next = slower.compareTo(SLOWEST) < 0 ? slower : SLOWEST;
    return waiting.pause(now);
  }
}
