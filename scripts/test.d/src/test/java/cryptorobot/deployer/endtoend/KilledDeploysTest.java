package cryptorobot.deployer.endtoend;

import static cryptorobot.deployer.endtoend.CommandShims.Moment.AFTER;
import static cryptorobot.deployer.endtoend.CommandShims.Moment.BEFORE;
import static cryptorobot.deployer.endtoend.CommandShims.Moment.QUEUED;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Moment;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Steps are killed while the state machine deploys: what it reports is true, and the same request
 * then succeeds.
 */
@FaultTest
class KilledDeploysTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  KilledDeploysTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> aDeployWhoseStepIsKilledFailsWithATrueCauseAndTheSameRequestCompletesIt() {
    return Stream.of(
        good("step-acquire-lock", AFTER, "rename*/lock"),
        good("step-acquire-lock", BEFORE, "rename*/answers"),
        good("step-deploy-release", BEFORE, "*"),
        good("step-deploy-release", BEFORE, "systemd-run*check-out*"),
        good("step-deploy-release", BEFORE, "rename*/venv"),
        good("step-validate-certificate", BEFORE, "remove_tree*/.new-*"),
        good("step-inject-keys", BEFORE, "rename*release.json"),
        good("step-activate-release", BEFORE, "rename*/armed"),
        good("step-activate-release", BEFORE, "systemctl restart crypto-robot-dead-man.timer"),
        good("step-activate-release", QUEUED, "systemctl stop crypto-robot.service*"),
        good("step-activate-release", BEFORE, "rename*/current"),
        good("step-activate-release", BEFORE, "systemctl daemon-reload"),
        good("step-activate-release", QUEUED, "systemctl restart crypto-robot.service*"),
        good("step-check-health", BEFORE, "curl*"),
        good("step-confirm-release", BEFORE, "rename*/confirming"),
        good("step-confirm-release", BEFORE, "unlink*/confirming"),
        good("step-confirm-release", BEFORE, "rename*/answers"),
        good("step-confirm-release", BEFORE, "unlink*/lock"),
        good("outer-activate-release", BEFORE, "systemd-run*"),
        good("outer-activate-release", AFTER, "systemd-run*"),
        good("outer-confirm-release", AFTER, "systemd-run*"));
  }

  @TestFactory
  Stream<DynamicTest> aKilledRollbackIsCompleted() {
    return Stream.of(
        crashing("step-roll-back", BEFORE, "rename*/firing"),
        crashing("step-roll-back", QUEUED, "systemctl stop*"),
        crashing("step-roll-back", BEFORE, "rename*/current"),
        crashing("step-roll-back", QUEUED, "systemctl restart*"),
        crashing("outer-roll-back", AFTER, "systemd-run*"),
        crashing("step-release-lock", BEFORE, "unlink*/lock"),
        crashing("outer-release-lock", AFTER, "systemd-run*"));
  }

  @TestFactory
  Stream<DynamicTest> aKilledDiscardLeavesTheServingReleaseAlone() {
    return Stream.of(
        nonsense("step-discard-release", BEFORE, "unlink*/release.json"),
        nonsense("outer-discard-release", AFTER, "systemd-run*"));
  }

  private DynamicTest good(String place, Moment moment, String call) {
    return killed(place, moment, call, "", () -> fixture.commit());
  }

  private DynamicTest crashing(String place, Moment moment, String call) {
    return killed(
        place,
        moment,
        call,
        " of a broken commit",
        () -> fixture.environment().robot().crashesAtStart());
  }

  private DynamicTest nonsense(String place, Moment moment, String call) {
    return killed(
        place,
        moment,
        call,
        " of a broken commit",
        () -> fixture.environment().robot().hasInvalidRequirements());
  }

  private DynamicTest killed(
      String place, Moment moment, String call, String of, Supplier<String> commit) {
    return table.test(
        "kill -9 in a run",
        place + " " + moment + " " + call + of,
        () -> {
          String made = commit.get();
          fixture.shims().killAt(place, moment, call);
          return fixture.inject(
              made,
              run -> {
                run.awaitEnd();
                assertTrue(fixture.shims().hasHit(), () -> "did not reach " + place + " " + call);
              });
        });
  }
}
