package cryptorobot.deployer.faults.model;

import cryptorobot.deployer.ports.Waiting;
import cryptorobot.localcloud.stepfunctions.engine.VirtualTime;
import java.time.Duration;
import java.time.Instant;

/** The clock of a function, which continues when its caller has ended. */
public record FunctionTime(VirtualTime time) implements Waiting {
  @Override
  public Instant now() {
    return time.now();
  }

  @Override
  public boolean pause(Duration duration) {
    var until = now().plus(duration);
    boolean callerGone = false;
    while (now().isBefore(until)) {
      try {
        time.sleep(Duration.between(now(), until));
      } catch (InterruptedException e) {
        // Lambda does not end a function whose caller has ended.
        callerGone = true;
      }
    }
    if (callerGone) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
