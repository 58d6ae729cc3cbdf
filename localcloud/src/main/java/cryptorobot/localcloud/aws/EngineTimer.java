package cryptorobot.localcloud.aws;

import cryptorobot.localcloud.stepfunctions.engine.EngineClock;
import java.time.Duration;
import java.time.Instant;

/** The engine's clock for the services: one cloud has one time. */
public record EngineTimer(EngineClock clock) implements Timer {
  @Override
  public Instant instant() {
    return clock.now();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    clock.schedule(clock.now().plus(delay), task);
  }
}
