package cryptorobot.deployer.ports;

import java.time.Duration;
import java.time.Instant;

/** The time, and the passing of it, so that a test can let hours pass in none. */
public interface Waiting {

  /** The time now. */
  Instant now();

  /**
   * Lets this much time pass.
   *
   * @return false when the function is being ended and should come to its end at once
   */
  boolean pause(Duration duration);

  /** The machine's own clock. */
  static Waiting real() {
    return new RealWaiting();
  }
}
