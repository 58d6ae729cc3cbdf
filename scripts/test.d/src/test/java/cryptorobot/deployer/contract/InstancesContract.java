package cryptorobot.deployer.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotFound;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotReady;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceStopping;
import cryptorobot.deployer.ports.AgentStatus;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the deployer relies on in EC2, and in what Systems Manager knows about agents. */
abstract class InstancesContract {
  private static final String MISSING = "i-0fedcba9876543210";
  private final String environment = Preparation.fresh("environment");
  private Target target;
  private Instances instances;

  abstract Target target();

  @BeforeEach
  void connect() {
    target = target();
    instances = target.adapters(Principal.OPERATOR).instances();
  }

  @Test
  void findsAnInstanceByItsEnvironmentAlone() {
    String id = target.instance(environment);
    target.instance(Preparation.fresh("environment"));
    assertEquals(List.of(id), instances.tagged(environment).stream().map(Instance::id).toList());
    assertEquals(List.of(), instances.tagged(Preparation.fresh("environment")));
  }

  @Test
  void describesARunningInstance() {
    Instance instance = instances.describe(target.instance(environment));
    assertEquals(PowerState.RUNNING, instance.state());
    assertTrue(instance.address().matches("[0-9.]{7,15}"), instance::toString);
    assertFalse(instance.launchedAt().isAfter(target.now()), instance::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {MISSING, "i-nonsense"})
  void reportsAMissingInstance(String id) {
    assertThrows(InstanceNotFound.class, () -> instances.describe(id));
    assertThrows(InstanceNotFound.class, () -> instances.start(id));
    assertThrows(InstanceNotFound.class, () -> instances.stop(id));
  }

  @Test
  void stopsAndStartsAgain() {
    String id = target.instance(environment);
    instances.stop(id);
    target.settle(id);
    assertEquals(PowerState.STOPPED, instances.describe(id).state());
    instances.start(id);
    target.settle(id);
    assertEquals(PowerState.RUNNING, instances.describe(id).state());
  }

  @Test
  void leavesAnInstanceAloneThatIsInTheRequestedState() {
    String id = target.instance(environment);
    instances.start(id);
    assertEquals(PowerState.RUNNING, instances.describe(id).state());
    instances.stop(id);
    target.settle(id);
    instances.stop(id);
    assertEquals(PowerState.STOPPED, instances.describe(id).state());
  }

  @Test
  void reportsAStateThatForbidsIt() {
    target.requires(Ability.HALTS_BETWEEN_STATES);
    String id = target.instance(environment);
    instances.stop(id);
    assertEquals(PowerState.STOPPING, instances.describe(id).state());
    assertThrows(InstanceNotReady.class, () -> instances.start(id));
    target.settle(id);
    instances.start(id);
    assertEquals(PowerState.PENDING, instances.describe(id).state());
    assertThrows(InstanceStopping.class, () -> instances.stop(id));
  }

  @Test
  void reportsTheAgentOfARunningInstanceAsOnline() {
    target.requires(Ability.KNOWS_AGENTS);
    AgentStatus agent = instances.agent(target.instance(environment));
    AgentStatus.Online online = assertInstanceOf(AgentStatus.Online.class, agent);
    assertTrue(online.version().matches("\\d+(\\.\\d+){3}"), online::toString);
    assertFalse(online.lastPing().isAfter(target.now()), online::toString);
  }

  @Test
  void reportsAnUnknownAgentAsOffline() {
    target.requires(Ability.KNOWS_AGENTS);
    String id = target.instanceWithoutAgent(environment);
    assertInstanceOf(AgentStatus.Offline.class, instances.agent(id));
    assertInstanceOf(AgentStatus.Offline.class, instances.agent(MISSING));
  }

  @Test
  void reportsAMissingRight() {
    target.requires(Ability.DENIES);
    String id = target.instance(environment);
    Instances unprivileged = target.adapters(Principal.UNPRIVILEGED).instances();
    assertThrows(AccessDenied.class, () -> unprivileged.tagged(environment));
    assertThrows(AccessDenied.class, () -> unprivileged.start(id));
    assertThrows(AccessDenied.class, () -> unprivileged.stop(id));
    assertThrows(AccessDenied.class, () -> unprivileged.agent(id));
  }

  @Test
  void reportsThrottling() {
    target.requires(Ability.THROTTLES);
    Instances throttled = target.adapters(Principal.THROTTLED).instances();
    assertThrows(AwsUnavailable.class, () -> throttled.tagged(environment));
  }
}
