package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.endtoend.CommandShims.Point;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The instance loses its power before each change from the keys to the confirmation, in a rollback
 * and in a rotation of keys, and with it everything that was not synced. After the boot one whole
 * release serves, and the same request completes.
 */
@Tag("instance")
@Tag("slow")
@Tag("powercuts")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Faults.class)
abstract class LostPages {
  private final FaultFixture fixture;
  private final FaultTable table;
  private final LoopDisk disk;
  private final String kind;

  /**
   * A request.
   *
   * @param commit leaves something to do for it
   * @param fix makes what a deploy can complete
   */
  private record Operation(String name, String request, Runnable commit, Runnable fix) {}

  LostPages(FaultFixture fixture, FaultTable table, String kind) {
    this.fixture = fixture;
    this.table = table;
    this.kind = kind;
    fixture.environment().local("power", "stop").exits(0);
    disk = new LoopDisk(fixture.instance(), kind);
    fixture.environment().local("power", "start").exits(0);
    fixture.instance().sh("sync");
  }

  @AfterAll
  void theDiskIsAFolderAgain() {
    fixture.environment().local("power", "stop").exits(0);
    disk.close();
    fixture.environment().local("power", "start").exits(0);
  }

  @TestFactory
  Stream<DynamicTest> aDeployThatLosesItsPagesLeavesOneWholeRelease() {
    var deploy = new Operation("deploy", fixture.request(), fixture::commit, () -> {});
    return Stream.of("inject-keys", "activate-release", "confirm-release")
        .flatMap(step -> powerCuts(deploy, "step-" + step));
  }

  @TestFactory
  Stream<DynamicTest> aRollbackThatLosesItsPagesLeavesOneWholeRelease() {
    String good = fixture.environment().robot().head();
    var crash =
        new Operation(
            "deploy of a crash",
            fixture.request(),
            () -> fixture.environment().robot().crashesAtStart(),
            () -> {
              fixture.environment().robot().revertsTo(good);
              fixture.commit();
            });
    return powerCuts(crash, "step-roll-back");
  }

  @TestFactory
  Stream<DynamicTest> aRotationThatLosesItsPagesLeavesOneWholeRelease() {
    String request =
        ((ObjectNode) TestEnvironment.parse(fixture.request()))
            .put("operation", "rotate-keys")
            .toString();
    var rotate =
        new Operation(
            "rotate-keys",
            request,
            () -> fixture.environment().store("keys", fixture.sentinels().keys()).exits(0),
            () -> {});
    return Stream.of("inject-keys", "activate-release", "confirm-release")
        .flatMap(step -> powerCuts(rotate, "step-" + step));
  }

  /** The deployer reported success: from then on the new release must survive. */
  @TestFactory
  Stream<DynamicTest> aReportedDeployIsNeverLost() {
    return Stream.of(
        table.test(
            "power cut, pages lost, " + kind,
            "deploy, reported",
            () -> {
              Whole before = fixture.invariants().holds();
              String commit = fixture.commit();
              ExecutionHandle.start(fixture.request()).succeeds();
              Whole now = losePower();
              assertEquals(commit, now.revision(), "what serves after the boot");
              return new Outcome("deployed", FaultFixture.oldOrNew(before, now), now.lock());
            }));
  }

  private Stream<DynamicTest> powerCuts(Operation operation, String place) {
    operation.commit().run();
    List<Point> points =
        fixture.shims().points(place, () -> ExecutionHandle.start(operation.request()).awaitEnd());
    return points.stream()
        .filter(point -> point.moment() == CommandShims.Moment.BEFORE)
        .map(point -> powerCut(operation, point));
  }

  private DynamicTest powerCut(Operation operation, Point point) {
    return table.test(
        "power cut, pages lost, " + kind,
        operation.name() + ": " + point,
        () -> {
          Whole before = fixture.invariants().holds();
          operation.commit().run();
          fixture.shims().holdAt(point);
          ExecutionHandle run = ExecutionHandle.start(operation.request());
          fixture.shims().awaitHit();
          Whole now = losePower(run);
          assertTrue(now.decision().isEmpty(), () -> "open decisions after the boot: " + now);
          operation.fix().run();
          fixture.assertConverges(ExecutionHandle.start(fixture.request()));
          return new Outcome("ABORTED", FaultFixture.oldOrNew(before, now), now.lock());
        });
  }

  private Whole losePower(ExecutionHandle... runs) {
    disk.losePower();
    for (ExecutionHandle run : runs) {
      run.stop();
    }
    fixture.shims().reset();
    fixture.environment().local("power", "start").exits(0);
    fixture.invariants().countsAgain();
    return fixture.invariants().holds();
  }
}
