package cryptorobot.deployer.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the deployer relies on in Step Functions: a lock is taken over only from an execution that
 * is proven finished.
 */
abstract class ExecutionsContract {
  private static final String LONG_WAIT = "{\"Type\": \"Wait\", \"Seconds\": 3600, \"End\": true}";
  private Target target;
  private Executions executions;

  abstract Target target();

  @BeforeEach
  void connect() {
    target = target();
    executions = target.adapters(Principal.OPERATOR).executions();
  }

  @Test
  void reportsTheInputAndOutputOfASuccessfulExecution() {
    String arn =
        target.prepare().execution("{\"Type\": \"Succeed\", \"Output\": {\"b\": 2}}", "{\"a\":1}");
    ExecutionState.Finished finished = finished(arn);
    assertEquals("SUCCEEDED", finished.status());
    assertEquals("{\"a\":1}", finished.input());
    assertEquals("{\"b\":2}", finished.output().replace(" ", ""));
    assertEquals("", finished.error());
    assertTrue(arn.endsWith(":" + finished.name()), finished::toString);
    assertTrue(finished.stateMachine().contains(":stateMachine:contract-"), finished::toString);
  }

  @Test
  void reportsWhyAnExecutionFailed() {
    String arn =
        target
            .prepare()
            .execution(
                "{\"Type\": \"Fail\", \"Error\": \"RolledBack\", \"Cause\": \"Unhealthy: x\"}",
                "{}");
    ExecutionState.Finished finished = finished(arn);
    assertEquals("FAILED", finished.status());
    assertEquals("RolledBack", finished.error());
    assertEquals("Unhealthy: x", finished.cause());
    assertEquals("", finished.output());
  }

  @Test
  void reportsARunningExecutionAsRunning() {
    String arn = target.prepare().execution(LONG_WAIT, "{}");
    assertEquals(new ExecutionState.Alive("RUNNING"), executions.describe(arn));
    target.prepare().stop(arn, "Tidied", "after the test");
  }

  @Test
  void reportsAnAbortedExecutionAsEnded() {
    assertEquals("ABORTED", aborted().status());
  }

  @Test
  void reportsWhyAnExecutionWasAborted() {
    target.requires(Ability.REPORTS_WHY_ABORTED);
    ExecutionState.Finished finished = aborted();
    assertEquals("Stopped", finished.error());
    assertEquals("by a person", finished.cause());
  }

  @Test
  void doesNotReportAMissingExecutionAsEnded() {
    String arn = target.prepare().execution(LONG_WAIT, "{}");
    assertEquals(new ExecutionState.Unknown(), executions.describe(arn + "-not"));
    assertEquals(new ExecutionState.Unknown(), executions.describe("no-arn-at-all"));
    target.prepare().stop(arn, "Tidied", "after the test");
  }

  @Test
  void reportsAMissingRightAndThrottling() {
    target.requires(Ability.DENIES);
    target.requires(Ability.THROTTLES);
    String arn = target.prepare().execution(LONG_WAIT, "{}");
    assertThrows(
        AccessDenied.class,
        () -> target.adapters(Principal.UNPRIVILEGED).executions().describe(arn));
    assertThrows(
        AwsUnavailable.class,
        () -> target.adapters(Principal.THROTTLED).executions().describe(arn));
  }

  private ExecutionState.Finished aborted() {
    String arn = target.prepare().execution(LONG_WAIT, "{}");
    target.prepare().stop(arn, "Stopped", "by a person");
    return finished(arn);
  }

  private ExecutionState.Finished finished(String arn) {
    return assertInstanceOf(
        ExecutionState.Finished.class,
        target.eventually(
            () -> executions.describe(arn), state -> !(state instanceof ExecutionState.Alive)));
  }
}
