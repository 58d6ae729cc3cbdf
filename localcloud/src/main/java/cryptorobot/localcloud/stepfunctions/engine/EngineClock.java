package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Instant;

/** The time, and timers. */
public interface EngineClock {
  Instant now();

  /**
   * Calls the action once, at that time or soon after; at once if the time is in the past. Never
   * calls it on the calling thread before this method returns.
   */
  Timer schedule(Instant at, Runnable action);

  /** A scheduled call. */
  interface Timer {
    /** Cancels the call unless it has already started. */
    void cancel();
  }
}
