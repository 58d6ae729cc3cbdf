package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.CommandShims.Point;
import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.FaultTable.Seen;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each step before the activation is killed, with everything in its unit, before each command that
 * changes something. What served goes on, the very same step again succeeds, and whoever takes the
 * lock over finds nothing left over.
 */
@FaultTest
class KilledStepsTest {
  private static final List<String> STEPS =
      List.of("begin", "prepare", "fetch", "build", "inspect-certificate", "inject-keys", "end");

  private final FaultFixture victim;
  private final FaultTable table;

  KilledStepsTest(FaultFixture victim, FaultTable table) {
    this.victim = victim;
    this.table = table;
  }

  @AfterEach
  void nothingIsLockedAnyMore() {
    victim.owners().leave();
  }

  @TestFactory
  Stream<DynamicTest> aStepKilledAnywhereIsDoneByItsRepetitionAndUndoneByTheNextOwner() {
    return STEPS.stream()
        .flatMap(
            step -> {
              victim.commits();
              return killed(step, () -> {});
            });
  }

  @TestFactory
  Stream<DynamicTest> aBuildFromNothingKilledAnywhereIsDoneByItsRepetition() {
    return killed("build", () -> victim.trial().robot().improvesWithNewPackages());
  }

  /**
   * Wherever the step can be killed, and at the two ends of what starts its unit.
   *
   * @param commit is done before each
   */
  private Stream<DynamicTest> killed(String step, Runnable commit) {
    List<Point> points = points(step, "step-" + step, commit);
    points(step, "outer-" + step, commit).stream()
        .filter(point -> point.call().startsWith("systemd-run"))
        .forEach(
            point -> {
              var named = new Point(point.place(), point.number(), Moment.BEFORE, "systemd-run");
              points.add(named);
              points.add(new Point(point.place(), point.number(), Moment.AFTER, "systemd-run"));
            });
    return points.stream().map(point -> killed(point, commit));
  }

  private List<Point> points(String step, String place, Runnable commit) {
    commit.run();
    Controller owner = at(step);
    return victim.shadows().points(place, () -> owner.run(step, 50).good());
  }

  private DynamicTest killed(Point point, Runnable commit) {
    String step = point.place().replaceAll("^(step|outer)-", "");
    return table.test(
        "kill -9",
        point.toString(),
        () -> {
          commit.run();
          Controller owner = at(step);
          Whole before = victim.promise().holds();
          Answer killed = victim.shadows().killed(point, () -> owner.run(step, 50));
          assertNotEquals(0, killed.exit(), killed::toString);
          Whole after = victim.promise().holds();
          assertTrue(after.goesOnAs(before), () -> "what served goes on: " + before + after);

          owner.run(step, 50).good();
          Whole settled = victim.owners().settled();
          assertTrue(settled.goesOnAs(before), () -> "what served goes on: " + before + settled);
          return new Seen(
              "exit " + killed.exit(), FaultFixture.which(before, settled), after.lock());
        });
  }

  /** Somebody for whom it is time for this step. */
  private Controller at(String step) {
    if (step.equals("begin")) {
      at("inject-keys");
      return victim.owners().newcomer();
    }
    Controller owner = victim.owners().next();
    if (List.of("fetch", "prepare", "end").contains(step)) {
      return owner;
    }
    String release = owner.run("fetch", 50).good().path("release").asText();
    owner = owner.with("Release", release);
    if (step.equals("inject-keys")) {
      owner.run("build", 50).good();
    }
    return owner;
  }
}
