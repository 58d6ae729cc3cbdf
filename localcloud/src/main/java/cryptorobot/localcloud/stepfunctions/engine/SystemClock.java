package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The real time. Each action runs on its own virtual thread, so that a slow action delays no other.
 */
public final class SystemClock implements EngineClock, AutoCloseable {
  private final ScheduledThreadPoolExecutor timers =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("engine-timers").factory());

  public SystemClock() {
    timers.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Timer schedule(Instant at, Runnable action) {
    long delay = Math.max(0, Duration.between(now(), at).toMillis());
    var call =
        timers.schedule(() -> Thread.startVirtualThread(action), delay, TimeUnit.MILLISECONDS);
    return () -> call.cancel(false);
  }

  /** Cancels all timers. */
  @Override
  public void close() {
    timers.shutdownNow();
  }
}
