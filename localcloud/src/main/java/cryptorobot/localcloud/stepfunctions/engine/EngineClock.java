package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Instant;

/** What time it is, and a way to be called later. */
public interface EngineClock {
  Instant now();

  /**
   * Calls the action once, at that time or soon after it; at once when the time is past. Never on
   * the calling thread before this method has returned.
   */
  Timer schedule(Instant at, Runnable action);

  /** A call to come. */
  interface Timer {
    /** The action will not be called unless it is being called already. */
    void cancel();
  }
}
