package cryptorobot.deployer.ports;

import java.time.Duration;
import java.time.Instant;

/** A clock and a pause, so that a test can simulate hours without waiting. */
public interface Waiting {

  /** The present time. */
  Instant now();

  /**
   * Waits for this long.
   *
   * @return false if the function is being shut down and must return at once
   */
  boolean pause(Duration duration);

  /** The system clock. */
  static Waiting real() {
    return new RealWaiting();
  }
}
