package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Instant;

/** An action of an execution at a later time, unless cancelled. */
final class Wakeup implements Activity {
  private final EngineClock.Timer timer;
  private boolean cancelled;

  /** The caller must hold the execution's lock; the action runs with the lock. */
  Wakeup(RunningExecution run, Instant at, Runnable action) {
    this.timer =
        run.engine()
            .clock()
            .schedule(
                at,
                () ->
                    run.locked(
                        () -> {
                          // The timer may have been cancelled while it waited for the lock.
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
