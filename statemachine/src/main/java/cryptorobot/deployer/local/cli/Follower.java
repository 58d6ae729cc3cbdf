package cryptorobot.deployer.local.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Stays with an execution until it ends, and shows what happens. Ctrl-C leaves it running. */
final class Follower {
  private static final Duration PAUSE = Duration.ofMillis(150);

  private final Executions executions;
  private final Screen screen;
  private final Clock clock;

  Follower(Executions executions, Screen screen, Clock clock) {
    this.executions = executions;
    this.screen = screen;
    this.clock = clock;
  }

  /** Returns how it ended. */
  Standing follow(String execution) {
    var following = new AtomicBoolean(true);
    Thread farewell = new Thread(() -> sayGoodbye(following, execution));
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      return untilEnded(execution);
    } finally {
      following.set(false);
      Runtime.getRuntime().removeShutdownHook(farewell);
    }
  }

  private Standing untilEnded(String execution) {
    var chronicle = new Chronicle();
    var progress = new Progress(screen);
    while (true) {
      // The standing first: a history read after the end has everything.
      Standing standing = executions.standing(execution);
      List<Happening> news = chronicle.read(executions.history(execution));
      news.forEach(progress::show);
      if (!standing.running()) {
        return standing;
      }
      progress.still(clock.instant());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
    }
  }

  private void sayGoodbye(AtomicBoolean following, String execution) {
    if (following.get()) {
      screen.error(
          """
          interrupted; the execution goes on: %s
            follow it   ./scripts/local follow %s
            stop it     ./scripts/local follow --stop %s"""
              .formatted(execution, execution, execution));
    }
  }
}
