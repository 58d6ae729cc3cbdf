package cryptorobot.localcloud.aws;

import java.time.Duration;
import java.time.InstantSource;

/** The time, and tasks to run later. */
public interface Timer extends InstantSource {
  /** Runs a task once, on its own thread, after at least this long. */
  void after(Duration delay, Runnable task);
}
