package cryptorobot.deployer.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cryptorobot.deployer.definition.DefinitionRun;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * deploy.asl.yaml, and the status and the plan of watch.asl.yaml, in another interpreter:
 * LocalStack's, with mocked functions. With the same answers it must enter the same states and end
 * with the same output, error and cause.
 */
@Tag("localstack")
@ExtendWith(LocalStackParameter.class)
final class LocalStackRoutesTest {
  private LocalStackExecutions executions;

  @BeforeEach
  void connect(LocalStack localStack) {
    executions = new LocalStackExecutions(localStack.endpointWithMocks(), "us-east-1");
  }

  // A method for each route, so that the report names the routes that did not run.

  @Test
  void deployed() throws Exception {
    isTheSame(Route.DEPLOYED);
  }

  @Test
  void deployedAtTheSecondAttempt() throws Exception {
    isTheSame(Route.DEPLOYED_AT_THE_SECOND_ATTEMPT);
  }

  @Test
  void nothingToDo() throws Exception {
    isTheSame(Route.NOTHING_TO_DO);
  }

  @Test
  void requestRefused() throws Exception {
    isTheSame(Route.REQUEST_REFUSED);
  }

  @Test
  void locked() throws Exception {
    isTheSame(Route.LOCKED);
  }

  @Test
  void inspectionFailed() throws Exception {
    isTheSame(Route.INSPECTION_FAILED);
  }

  @Test
  void discardedAfterFetch() throws Exception {
    isTheSame(Route.DISCARDED_AFTER_FETCH);
  }

  @Test
  void discardedForTheCertificate() throws Exception {
    isTheSame(Route.DISCARDED_FOR_THE_CERTIFICATE);
  }

  @Test
  void discardedForTheKeys() throws Exception {
    isTheSame(Route.DISCARDED_FOR_THE_KEYS);
  }

  @Test
  void rolledBack() throws Exception {
    isTheSame(Route.ROLLED_BACK);
  }

  @Test
  void rolledBackByTheDeadMan() throws Exception {
    isTheSame(Route.ROLLED_BACK_BY_THE_DEAD_MAN);
  }

  @Test
  void rollbackFailed() throws Exception {
    isTheSame(Route.ROLLBACK_FAILED);
  }

  @Test
  void firstDeployBroken() throws Exception {
    isTheSame(Route.FIRST_DEPLOY_BROKEN);
  }

  @Test
  void rollbackRequested() throws Exception {
    isTheSame(Route.ROLLBACK_REQUESTED);
  }

  @Test
  void certificateRotated() throws Exception {
    isTheSame(Route.CERTIFICATE_ROTATED);
  }

  @Test
  void restarted() throws Exception {
    isTheSame(Route.RESTARTED);
  }

  @Test
  void restartFailed() throws Exception {
    isTheSame(Route.RESTART_FAILED);
  }

  @Test
  void planned() throws Exception {
    isTheSame(Route.PLANNED);
  }

  @Test
  void statusRead() throws Exception {
    isTheSame(Route.STATUS_READ);
  }

  @Test
  void stopped() throws Exception {
    isTheSame(Route.STOPPED);
  }

  @Test
  void powerRestored() throws Exception {
    isTheSame(Route.POWER_RESTORED);
  }

  private void isTheSame(Route route) throws Exception {
    DefinitionRun local = route.run();
    Definition definition = Definition.read(route.machine);
    var remote =
        executions.mocked(
            route.machine,
            definition,
            route.name(),
            route.name().toLowerCase(Locale.ROOT),
            DefinitionRun.INPUT);
    assertEquals(definition.byFlow(local.states()), definition.byFlow(remote.entered()));
    assertEquals(local.ended().status().name(), remote.status());
    assertEquals(local.ended().error(), remote.error());
    assertEquals(local.ended().cause(), remote.cause());
    assertEquals(local.ended().output(), remote.output());
  }
}
