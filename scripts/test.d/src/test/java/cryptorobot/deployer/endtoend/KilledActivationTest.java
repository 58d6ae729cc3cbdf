package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.CommandShims.Point;
import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The process that decides about an activated release is killed, with everything in its unit,
 * before each command that changes something: the activation itself, the confirmation, the
 * rollback, the dead-man switch, and the next owner that settles an open decision. Each possible
 * successor in turn then ends with one whole release.
 */
@FaultTest
class KilledActivationTest {
  private static final String DEAD_MAN = "systemctl start crypto-robot-dead-man.service";

  private final FaultFixture fixture;
  private final FaultTable table;
  private final DeployStages stages;

  /** What completes the operation afterwards. */
  private enum Recovery {
    THE_SAME_AGAIN,
    ROLL_BACK,
    DEAD_MAN,
    NEXT_OWNER
  }

  KilledActivationTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
    stages = new DeployStages(fixture);
  }

  @TestFactory
  Stream<DynamicTest> anActivationKilledAnywhereEndsWithOneWholeRelease() {
    return killed(
        "activate-release",
        List.of(
            Recovery.ROLL_BACK, Recovery.NEXT_OWNER, Recovery.THE_SAME_AGAIN, Recovery.DEAD_MAN),
        stages::otherGood);
  }

  @TestFactory
  Stream<DynamicTest> aConfirmationKilledAnywhereEndsWithOneWholeRelease() {
    return killed(
        "confirm-release",
        List.of(
            Recovery.THE_SAME_AGAIN, Recovery.ROLL_BACK, Recovery.DEAD_MAN, Recovery.NEXT_OWNER),
        stages::activated);
  }

  @TestFactory
  Stream<DynamicTest> aRollbackKilledAnywhereEndsWithOneWholeRelease() {
    return killed(
        "roll-back",
        List.of(Recovery.THE_SAME_AGAIN, Recovery.DEAD_MAN, Recovery.NEXT_OWNER),
        stages::withOtherKeys);
  }

  @TestFactory
  Stream<DynamicTest> aDiscardKilledAnywhereEndsWithOneWholeRelease() {
    return killed(
        "discard-release", List.of(Recovery.THE_SAME_AGAIN, Recovery.NEXT_OWNER), stages::finished);
  }

  @TestFactory
  Stream<DynamicTest> aNewOwnerKilledWhileItSettlesEndsWithOneWholeRelease() {
    return killed(
        "acquire-lock",
        List.of(Recovery.THE_SAME_AGAIN, Recovery.DEAD_MAN, Recovery.NEXT_OWNER),
        owner -> {
          Controller gone = stages.withOtherKeys(owner);
          return fixture.owners().newOwner().with("Release", gone.settings().get("Release"));
        });
  }

  @TestFactory
  Stream<DynamicTest> aDeadManSwitchKilledAnywhereEndsWithOneWholeRelease() {
    return killed(
        "dead-man",
        List.of(Recovery.DEAD_MAN, Recovery.NEXT_OWNER),
        owner -> {
          Controller of = stages.otherGood(owner);
          of.run("activate-release", 50).good();
          return of;
        });
  }

  /** A health check changes nothing, so a few points are enough. */
  @TestFactory
  Stream<DynamicTest> aHealthCheckKilledEndsWithOneWholeRelease() {
    return killed(
            "check-health",
            List.of(Recovery.THE_SAME_AGAIN, Recovery.ROLL_BACK, Recovery.NEXT_OWNER),
            stages::activated)
        .limit(4);
  }

  private Stream<DynamicTest> killed(
      String step, List<Recovery> recoveries, Function<Controller, Controller> until) {
    List<Point> points = points(step, until);
    return IntStream.range(0, points.size())
        .mapToObj(i -> killed(step, points.get(i), recoveries.get(i % recoveries.size()), until));
  }

  /**
   * Every point at which it can be killed, also when systemd has the jobs and no process waits for
   * them.
   */
  private List<Point> points(String step, Function<Controller, Controller> until) {
    Controller owner = until.apply(fixture.owners().next());
    return fixture.shims().points(place(step), () -> awaitEnd(owner, step)).stream()
        .flatMap(Point::alsoQueued)
        .toList();
  }

  private DynamicTest killed(
      String step, Point point, Recovery recovery, Function<Controller, Controller> until) {
    return table.test(
        "kill -9",
        point + ", then " + recovery,
        () -> {
          Controller next = fixture.owners().next();
          Whole before = fixture.invariants().holds();
          Controller owner = until.apply(next);
          String ended = fixture.shims().killed(point, () -> awaitEnd(owner, step));

          String recovered = recovered(recovery, step, owner);
          Whole after = fixture.invariants().holds();
          Whole settled = fixture.owners().settled();
          if (!settled.release().equals(before.release())) {
            isConfirmed(settled.release());
          }
          return new Outcome(
              ended + ", " + recovered, FaultFixture.oldOrNew(before, settled), after.lock());
        });
  }

  private static String place(String step) {
    return step.equals("dead-man") ? step : "step-" + step;
  }

  /** How the step ended, after everything on the instance is idle. */
  private String awaitEnd(Controller owner, String step) {
    String ended = does(owner, step);
    fixture.invariants().observe();
    return ended;
  }

  /** How the step ended. The switch is no step. */
  private String does(Controller owner, String step) {
    if (step.equals("dead-man")) {
      return "exit " + fixture.instance().execute(DEAD_MAN).exit();
    }
    return "exit " + owner.run(step, 50).exit();
  }

  private String recovered(Recovery recovery, String step, Controller owner) {
    return switch (recovery) {
      case THE_SAME_AGAIN -> {
        Answer again = owner.run(step, 50);
        again.good();
        if (step.equals("activate-release") || step.equals("check-health")) {
          owner.run("check-health", 50).good();
          owner.run("confirm-release", 50).good();
        }
        yield "again";
      }
      case ROLL_BACK -> {
        JsonNode rolledBack = owner.run("roll-back", 70).good();
        yield rolledBack.path("confirmed").asBoolean() ? "confirmed" : "rolled back";
      }
      case DEAD_MAN -> {
        fixture.instance().sh(DEAD_MAN);
        yield "dead-man";
      }
      case NEXT_OWNER -> {
        fixture.owners().settled();
        yield "next owner";
      }
    };
  }

  /**
   * Asserts that the last entry about the release in the history is its confirmation, even if
   * another owner took over the lock since.
   */
  private void isConfirmed(String release) {
    String last =
        fixture
            .instance()
            .sh(
                "grep \"$1\" /var/lib/crypto-robot-deployer/history.jsonl | grep -v lock-stolen | tail -n 1",
                release);
    assertEquals("confirmed", TestEnvironment.parse(last).path("event").asText(), last);
  }
}
