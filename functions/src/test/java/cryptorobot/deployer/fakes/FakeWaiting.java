package cryptorobot.deployer.fakes;

import cryptorobot.deployer.ports.Waiting;
import java.time.Duration;
import java.time.Instant;

/** A clock that moves only during a pause, and then at once. */
public final class FakeWaiting implements Waiting {

  private Instant now = Instant.parse("2026-11-23T06:15:00Z");

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public boolean pause(Duration duration) {
    now = now.plus(duration);
    return true;
  }
}
