package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotFound;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceStopping;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceUnusable;
import cryptorobot.deployer.fakes.FakeInstances;
import cryptorobot.deployer.fakes.FakeWaiting;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.PowerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopInstanceTest {

  private final FakeWaiting waiting = new FakeWaiting();
  private final FakeInstances instances = new FakeInstances(waiting);

  private StopInstance.Result run(Duration longest) {
    return new StopInstance(instances, waiting)
        .run(new StopInstance.Request("i-1"), new PollBudget(waiting, longest));
  }

  private void is(PowerState state) {
    instances.with(new Instance("i-1", state, Instant.EPOCH, ""));
  }

  @Test
  void stopsARunningInstanceAndWaitsUntilItHasStopped() {
    is(PowerState.RUNNING);
    StopInstance.Result stopped = new StopInstance.Result("i-1", PowerState.STOPPED);
    assertEquals(stopped, run(Duration.ofSeconds(50)));
    assertEquals(List.of("stop i-1"), instances.requested());
  }

  @Test
  void acceptsAnInstanceThatHasStopped() {
    is(PowerState.STOPPED);
    run(Duration.ofSeconds(50));
    assertEquals(List.of(), instances.requested());
  }

  @Test
  void failsWithInstanceStoppingIfItTakesLonger() {
    is(PowerState.RUNNING);
    assertThrows(InstanceStopping.class, () -> run(Duration.ZERO));
  }

  @Test
  void refusesATerminatedOrUnknownInstance() {
    assertThrows(InstanceNotFound.class, () -> run(Duration.ofSeconds(50)));
    is(PowerState.TERMINATED);
    assertThrows(InstanceUnusable.class, () -> run(Duration.ofSeconds(50)));
  }
}
