package cryptorobot.deployer.endtoend;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Polls for what no call can wait for. */
final class Await {
  private static final long PAUSE_MILLIS = 20;

  private Await() {}

  /** Returns what the poll finds. Fails with the description when the time limit is reached. */
  static <T> T found(String what, Duration limit, Supplier<Optional<T>> look) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<T> found = look.get();
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("awaited for " + limit.toSeconds() + " s and not found: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }
  }

  static void holds(String what, Duration limit, Supplier<Boolean> look) {
    found(what, limit, () -> look.get() ? Optional.of(true) : Optional.empty());
  }
}
