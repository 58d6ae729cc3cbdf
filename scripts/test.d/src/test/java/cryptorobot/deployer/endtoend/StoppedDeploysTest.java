package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * An execution is stopped in a state, and the same request is started again at once while the step
 * still runs on the host; or the command of a step is cancelled.
 */
@FaultTest
class StoppedDeploysTest {
  private static final Duration TO_BE_LISTED = Duration.ofSeconds(10);

  private final FaultFixture fixture;
  private final FaultTable table;

  StoppedDeploysTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> aDeployStoppedAnywhereIsCompletedByTheSameRequestAtOnce() {
    return Stream.of(
            "AcquireLock",
            "DeployRelease",
            "ValidateCertificate",
            "InjectKeys",
            "ActivateRelease",
            "CheckHealth",
            "ConfirmRelease")
        .map(
            state ->
                table.test(
                    "execution stopped",
                    state + ", started again at once",
                    () -> {
                      Whole before = fixture.invariants().holds();
                      fixture.commit();
                      return isStopped(
                          before, ExecutionHandle.start(fixture.request()).awaitEntered(state));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aDeployStoppedInTheMiddleOfAStepIsCompletedByTheSameRequestAtOnce() {
    return Stream.of("rename*/current", "systemctl restart crypto-robot.service*")
        .map(
            call ->
                table.test(
                    "execution stopped",
                    "activate held before " + call + ", started again at once",
                    () -> {
                      Whole before = fixture.invariants().holds();
                      fixture.commit();
                      fixture.shims().holdAt("step-activate-release", call);
                      ExecutionHandle run = ExecutionHandle.start(fixture.request());
                      fixture.shims().awaitHit();
                      return isStopped(before, run);
                    }));
  }

  private Outcome isStopped(Whole before, ExecutionHandle run) {
    run.stop();
    Whole now = fixture.assertConverges(ExecutionHandle.start(fixture.request()));
    assertEquals("ABORTED", OutcomeAssertions.of(run, fixture.environment().name(), before, now));
    return new Outcome("ABORTED", FaultFixture.oldOrNew(before, now), "free");
  }

  @TestFactory
  Stream<DynamicTest> aCancelledCommandFailsTheExecutionWithATrueCause() {
    return Stream.of(
            "acquire-lock",
            "deploy-release",
            "validate-certificate",
            "inject-keys",
            "activate-release",
            "check-health",
            "confirm-release")
        .map(
            step ->
                table.test(
                    "command cancelled",
                    step,
                    () -> {
                      String commit = fixture.commit();
                      fixture.shims().holdAt("step-" + step, "*");
                      return fixture.inject(commit, run -> isCancelled(step));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aCancelledRollbackCommandFailsTheExecutionWithATrueCause() {
    return Stream.of(
        table.test(
            "command cancelled",
            "roll-back",
            () -> {
              String commit = fixture.environment().robot().crashesAtStart();
              fixture.shims().holdAt("step-roll-back", "rename*/current");
              return fixture.inject(commit, run -> isCancelled("roll-back"));
            }),
        table.test(
            "command cancelled",
            "release-lock",
            () -> {
              String commit = fixture.environment().robot().crashesAtStart();
              fixture.shims().holdAt("step-release-lock", "*");
              return fixture.inject(commit, run -> isCancelled("release-lock"));
            }),
        table.test(
            "command cancelled",
            "discard-release",
            () -> {
              String commit = fixture.environment().robot().hasInvalidRequirements();
              fixture.shims().holdAt("step-discard-release", "*");
              return fixture.inject(commit, run -> isCancelled("discard-release"));
            }));
  }

  /** The step waits in its unit, its command is cancelled, and the unit continues. */
  private void isCancelled(String step) {
    fixture.shims().awaitHit();
    // A listing contains it a moment later.
    JsonNode command = Await.found("a running " + step, TO_BE_LISTED, () -> running(step));
    LocalAws.ssm(
        "CancelCommand", LocalAws.object().put("CommandId", command.path("CommandId").asText()));
    fixture.shims().reset();
  }

  private Optional<JsonNode> running(String step) {
    var request = LocalAws.object().put("InstanceId", fixture.instance().id());
    request.putArray("Filters").addObject().put("key", "Status").put("value", "InProgress");
    return LocalAws.every(
            "AmazonSSM.ListCommandInvocations",
            request,
            "NextToken",
            "CommandInvocations",
            "MaxResults",
            50)
        .stream()
        .filter(one -> one.path("DocumentName").asText().equals(Controller.document(step)))
        .findFirst();
  }
}
