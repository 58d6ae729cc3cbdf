package cryptorobot.deployer.ports;

import java.time.Duration;
import java.time.Instant;

/** The system clock and a real sleep. */
final class RealWaiting implements Waiting {

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public boolean pause(Duration duration) {
    try {
      Thread.sleep(duration);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
