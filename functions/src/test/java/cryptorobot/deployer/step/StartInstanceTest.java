package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure.InstanceAmbiguous;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotFound;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotReady;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceUnusable;
import cryptorobot.deployer.fakes.FakeInstances;
import cryptorobot.deployer.fakes.FakeWaiting;
import cryptorobot.deployer.ports.AgentStatus;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.PowerState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartInstanceTest {

  private static final Instant LONG_AGO = Instant.parse("2026-11-01T00:00:00Z");

  private final FakeWaiting waiting = new FakeWaiting();
  private final FakeInstances instances = new FakeInstances(waiting);
  private final Instant since = waiting.now();

  private StartInstance.Result run(boolean start) {
    return new StartInstance(instances, waiting)
        .run(new StartInstance.Request("crypto-robot.local", start, since), Steps.budget(waiting));
  }

  private static Instance instance(String id, PowerState state) {
    return new Instance(id, state, LONG_AGO, "10.0.0.5");
  }

  @Test
  void startsAStoppedInstanceAndWaitsForItsAgent() {
    instances.with(instance("i-1", PowerState.STOPPED));
    assertEquals(
        new StartInstance.Result(
            "i-1", PowerState.RUNNING, true, "10.0.0.5", FakeInstances.VERSION),
        run(true));
    assertEquals(List.of("start i-1"), instances.requested());
  }

  @Test
  void leavesARunningInstanceAsItIs() {
    instances.with(instance("i-1", PowerState.RUNNING));
    assertEquals(false, run(true).wasStopped());
    assertEquals(List.of(), instances.requested());
  }

  @Test
  void aLaterInvocationKnowsThatThisExecutionStartedTheInstance() {
    Instance launched = new Instance("i-1", PowerState.RUNNING, since.plusSeconds(3), "");
    instances.with(launched);
    assertTrue(run(true).wasStopped());
  }

  @Test
  void leavesAStoppedInstanceStoppedUnlessAStartIsRequested() {
    instances.with(instance("i-1", PowerState.STOPPED));
    assertEquals(PowerState.STOPPED, run(false).state());
    assertEquals(List.of(), instances.requested());
  }

  @Test
  void letsAStoppingInstanceStopBeforeItStartsIt() {
    instances.with(instance("i-1", PowerState.STOPPING));
    assertEquals(PowerState.RUNNING, run(true).state());
  }

  @Test
  void doesNotTrustAnAgentStatusFromBeforeTheLaunch() {
    instances
        .with(instance("i-1", PowerState.RUNNING))
        .with(new AgentStatus.Online(FakeInstances.VERSION, LONG_AGO.minusSeconds(60)));
    InstanceNotReady notReady = assertThrows(InstanceNotReady.class, () -> run(true));
    assertEquals("i-1 is running, but its agent is not online yet", notReady.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.3.2745.9", "3.2.9999.0", "2.9.9999.0", "3.3", "unknown", ""})
  void refusesAnAgentThatCannotPassParametersAsVariables(String version) {
    instances
        .with(instance("i-1", PowerState.RUNNING))
        .with(new AgentStatus.Online(version, LONG_AGO.plusSeconds(60)));
    assertThrows(InstanceUnusable.class, () -> run(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.3.2746.0", "3.3.2746.1", "3.4.0.0", "4.0.0.0", "3.3.4624.0"})
  void acceptsEveryNewerAgent(String version) {
    instances
        .with(instance("i-1", PowerState.RUNNING))
        .with(new AgentStatus.Online(version, LONG_AGO.plusSeconds(60)));
    assertEquals(version, run(true).agentVersion());
  }

  @Test
  void refusesToChooseAmongSeveralInstances() {
    instances.with(instance("i-2", PowerState.RUNNING)).with(instance("i-1", PowerState.STOPPED));
    InstanceAmbiguous ambiguous = assertThrows(InstanceAmbiguous.class, () -> run(true));
    assertTrue(ambiguous.getMessage().endsWith("i-1, i-2"), ambiguous::getMessage);
  }

  @Test
  void ignoresATerminatedPredecessor() {
    instances
        .with(instance("i-1", PowerState.TERMINATED))
        .with(instance("i-2", PowerState.RUNNING));
    assertEquals("i-2", run(true).instanceId());
  }

  @Test
  void distinguishesNoInstanceFromATerminatedOne() {
    assertThrows(InstanceNotFound.class, () -> run(true));
    instances.with(instance("i-1", PowerState.TERMINATED));
    assertThrows(InstanceUnusable.class, () -> run(true));
  }

  @Test
  void writesTheFieldsThatTheStateMachineReads() {
    instances.with(instance("i-1", PowerState.STOPPED));
    assertEquals(
        "{\"instance_id\":\"i-1\",\"state\":\"stopped\",\"was_stopped\":true,"
            + "\"address\":\"10.0.0.5\",\"agent_version\":\"\"}",
        Steps.call(
                new StartInstance(instances, waiting),
                "{\"environment\":\"a.local\",\"start\":false,\"since\":\"2026-11-23T06:15:00Z\"}")
            .toString());
  }
}
