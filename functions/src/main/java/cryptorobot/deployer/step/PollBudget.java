package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import cryptorobot.deployer.ports.Waiting;
import java.time.Duration;
import java.time.Instant;

/**
 * How long one invocation waits for something, and how often it looks.
 *
 * <p>It looks after 100 ms, then a fifth more rarely each time, up to once a second, and gives up
 * after 50 seconds or 5 seconds before Lambda would end the function: the state machine then asks
 * again, which costs a retry instead of a function that hangs.
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

  /** Waits until it is time to look again; false when there is no time left to wait in. */
  boolean goOn() {
    if (waiting.now().plus(next).isAfter(until)) {
      return false;
    }
    Duration now = next;
    Duration slower = next.multipliedBy(6).dividedBy(5);
    next = slower.compareTo(SLOWEST) < 0 ? slower : SLOWEST;
    return waiting.pause(now);
  }
}
