package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.CommandShims.Point;
import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each step before the activation is killed, with everything in its unit, before each command that
 * changes something. The serving release continues, the same step then succeeds, and the next owner
 * of the lock finds nothing left over.
 */
@FaultTest
class KilledStepsTest {
  private static final List<String> STEPS =
      List.of(
          "acquire-lock", "deploy-release", "validate-certificate", "inject-keys", "release-lock");

  private final FaultFixture fixture;
  private final FaultTable table;

  KilledStepsTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> aStepKilledAnywhereIsCompletedByARetryAndUndoneByTheNextOwner() {
    return STEPS.stream()
        .flatMap(
            step -> {
              fixture.commit();
              return killed(step, () -> {});
            });
  }

  @TestFactory
  Stream<DynamicTest> aFirstBuildKilledAnywhereIsCompletedByARetry() {
    return killed("deploy-release", () -> fixture.environment().robot().improvesWithNewPackages());
  }

  /**
   * Every point at which the step can be killed, and the first and last point of what starts its
   * unit.
   *
   * @param commit is made before each
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
    return fixture.shims().points(place, () -> owner.run(step, 50).good());
  }

  private DynamicTest killed(Point point, Runnable commit) {
    String step = point.place().replaceAll("^(step|outer)-", "");
    return table.test(
        "kill -9",
        point.toString(),
        () -> {
          commit.run();
          Controller owner = at(step);
          Whole before = fixture.invariants().holds();
          Answer killed = fixture.shims().killed(point, () -> owner.run(step, 50));
          assertNotEquals(0, killed.exit(), killed::toString);
          Whole after = fixture.invariants().holds();
          assertTrue(
              after.continuesAs(before), () -> "the same processes still serve: " + before + after);

          owner.run(step, 50).good();
          Whole settled = fixture.owners().settled();
          assertTrue(
              settled.continuesAs(before),
              () -> "the same processes still serve: " + before + settled);
          return new Outcome(
              "exit " + killed.exit(), FaultFixture.oldOrNew(before, settled), after.lock());
        });
  }

  /** A controller that has reached this step. */
  private Controller at(String step) {
    if (step.equals("acquire-lock")) {
      at("inject-keys");
      return fixture.owners().newOwner();
    }
    Controller owner = fixture.owners().next();
    if (List.of("deploy-release", "release-lock").contains(step)) {
      return owner;
    }
    String release = owner.run("deploy-release", 50).good().path("release").asText();
    return owner.with("Release", release);
  }
}
