package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Instant;

/** An action of an execution at a later time, unless it is cancelled before. */
final class Wakeup implements Activity {
  private final EngineClock.Timer timer;
  private boolean cancelled;

  /** For callers that hold the execution's lock; the action will hold it too. */
  Wakeup(RunningExecution run, Instant at, Runnable action) {
    this.timer =
        run.engine()
            .clock()
            .schedule(
                at,
                () ->
                    run.locked(
                        () -> {
                          // A timer that has fired may have waited for the lock while it was
                          // cancelled.
                          if (!cancelled) {
                            cancelled = true;
                            action.run();
                          }
                        }));
  }

  @Override
  public void cancel() {
    cancelled = true;
    timer.cancel();
  }

  @Override
  public void abort() {
    cancel();
  }
}
