package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Point;
import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The serving release is changed in place, or stopped and started. The step that does so is killed,
 * with everything in its unit, before each command that changes something.
 */
@FaultTest
class KilledInPlaceTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  /** What completes the operation afterwards. */
  private enum Recovery {
    THE_SAME_AGAIN,
    DISCARD,
    NEXT_OWNER
  }

  KilledInPlaceTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> aChangeInPlaceKilledAnywhereIsUndoneWhileTheRobotKeepsRunning() {
    Recovery[] recoveries = Recovery.values();
    return Stream.of("inject-keys", "inject-certificate")
        .flatMap(
            step -> {
              // The first run of a step on an instance starts its log.
              changing(step).run(step, 50).good();
              List<Point> points = points(step, changing(step));
              return IntStream.range(0, points.size())
                  .mapToObj(i -> changed(step, points.get(i), recoveries[i % recoveries.length]));
            });
  }

  private DynamicTest changed(String step, Point point, Recovery recovery) {
    return table.test(
        "kill -9",
        "in place, %s, then %s".formatted(point, recovery.name().toLowerCase(Locale.ROOT)),
        () -> {
          Controller owner = changing(step);
          Whole before = fixture.invariants().holds();
          Answer killed = killed(owner, step, point);
          switch (recovery) {
            case THE_SAME_AGAIN -> owner.run(step, 50).good();
            case DISCARD -> owner.run("discard-release", 70).good();
            case NEXT_OWNER -> {}
          }
          Whole settled = fixture.owners().settled();
          assertTrue(
              settled.continuesAs(before),
              () -> "the same processes still serve: " + before + settled);
          return new Outcome(
              "exit " + killed.exit(), FaultFixture.oldOrNew(before, settled), settled.lock());
        });
  }

  /** A controller that gives the serving release other keys, or its certificate again. */
  private Controller changing(String step) {
    Controller owner =
        fixture
            .owners()
            .next()
            .with("Release", fixture.invariants().observe().path("release").asText());
    return step.equals("inject-keys")
        ? owner.with("Operation", "rotate-keys").with("Simulate", "true")
        : owner.with("Operation", "rotate-certificate");
  }

  @TestFactory
  Stream<DynamicTest> servicesWhoseStopIsKilledAnywhereAreStoppedByARetry() {
    bothHaveTheirLogs();
    Controller owner = fixture.owners().next();
    List<Point> points = points("stop-services", owner);
    owner.run("start-services", 60).good();
    return points.stream().flatMap(Point::alsoQueued).map(point -> stopped("stop-services", point));
  }

  @TestFactory
  Stream<DynamicTest> servicesWhoseStartIsKilledAnywhereAreStartedByARetry() {
    bothHaveTheirLogs();
    Controller owner = fixture.owners().next();
    owner.run("stop-services", 50).good();
    return points("start-services", owner).stream()
        .flatMap(Point::alsoQueued)
        .map(point -> stopped("start-services", point));
  }

  private void bothHaveTheirLogs() {
    Controller owner = fixture.owners().next();
    owner.run("stop-services", 50).good();
    owner.run("start-services", 60).good();
  }

  private DynamicTest stopped(String step, Point point) {
    return table.test(
        "kill -9",
        point.toString(),
        () -> {
          Controller owner = fixture.owners().next();
          Whole before = fixture.invariants().holds();
          if (step.equals("start-services")) {
            owner.run("stop-services", 50).good();
          }
          Answer killed = killed(owner, step, point);
          owner.run(step, 50).good();
          if (step.equals("stop-services")) {
            assertEquals(
                "0 0", fixture.invariants().observe().path("processes").asText(), "what runs");
            owner.run("start-services", 60).good();
          }
          Whole after = fixture.owners().settled();
          assertEquals(before.release(), after.release(), "what serves");
          return new Outcome(
              "exit " + killed.exit(), FaultFixture.oldOrNew(before, after), after.lock());
        });
  }

  private List<Point> points(String step, Controller owner) {
    return fixture.shims().points("step-" + step, () -> owner.run(step, 50).good());
  }

  private Answer killed(Controller owner, String step, Point point) {
    Answer killed = fixture.shims().killed(point, () -> owner.run(step, 50));
    assertNotEquals(0, killed.exit(), killed::toString);
    return killed;
  }
}
