package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The instance loses its power or reboots in the middle of a deploy: what was not confirmed is
 * rolled back during the boot, before any unit starts.
 */
@FaultTest
class PowerCutsTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  PowerCutsTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> afterAPowerCutTheInstanceServesTheOldRelease() {
    return Stream.of(
        powerCut("step-activate-release", "rename*/armed", false),
        powerCut("step-activate-release", "rename*/current", false),
        powerCut("step-activate-release", "systemctl daemon-reload", false),
        powerCut("step-check-health", "curl*", false),
        powerCut("step-confirm-release", "rename*/confirming", false),
        powerCut("step-roll-back", "rename*/current", true));
  }

  @TestFactory
  Stream<DynamicTest> aDecidedConfirmationSurvivesAPowerCut() {
    return Stream.of(
        table.test(
            "power cut",
            "confirm, decided",
            () -> {
              Whole before = fixture.invariants().holds();
              fixture.commit();
              Whole now = cutPower("step-confirm-release", "unlink*/confirming");
              assertEquals("new", FaultFixture.oldOrNew(before, now));
              return finishes(before, now);
            }));
  }

  private DynamicTest powerCut(String place, String call, boolean crashes) {
    return table.test(
        "power cut",
        place + " before " + call,
        () -> {
          Whole before = fixture.invariants().holds();
          String good = fixture.environment().robot().head();
          if (crashes) {
            fixture.environment().robot().crashesAtStart();
          } else {
            fixture.commit();
          }
          Whole now = cutPower(place, call);
          assertEquals(before.release(), now.release(), "what serves after the boot");
          if (crashes) {
            fixture.environment().robot().revertsTo(good);
            fixture.commit();
          }
          return finishes(before, now);
        });
  }

  /**
   * What serves after the boot. The interrupted execution is stopped, because it would wait for an
   * hour.
   */
  private Whole cutPower(String place, String call) {
    fixture.shims().holdAt(place, call);
    ExecutionHandle run = ExecutionHandle.start(fixture.request());
    fixture.shims().awaitHit();
    fixture.instance().cutPower();
    run.stop();
    fixture.shims().reset();
    fixture.environment().local("power", "start").exits(0);
    Whole now = fixture.invariants().holds();
    assertEquals("ABORTED", run.awaitEnd().path("status").asText());
    assertTrue(now.decision().isEmpty(), () -> "open decisions after the boot: " + now);
    return now;
  }

  private Outcome finishes(Whole before, Whole now) {
    fixture.assertConverges(ExecutionHandle.start(fixture.request()));
    return new Outcome(
        "ABORTED",
        FaultFixture.oldOrNew(before, now),
        now.owner().isEmpty() ? "free" : "its owner ABORTED");
  }

  /** The process that decides during the boot is killed once, too. */
  @TestFactory
  Stream<DynamicTest> aDecisionKilledDuringTheBootIsStillMade() {
    return Stream.of(
            "rename*/firing", "rename*/current", "systemctl daemon-reload", "systemctl restart*")
        .map(
            call ->
                table.test(
                    "kill -9 at boot",
                    "settle before " + call,
                    () -> {
                      Whole before = fixture.invariants().holds();
                      fixture.commit();
                      fixture.shims().holdAt("step-check-health", "curl*");
                      ExecutionHandle run = ExecutionHandle.start(fixture.request());
                      fixture.shims().awaitHit();
                      fixture.shims().killAt("settle", Moment.BEFORE, call);
                      fixture.instance().cutPower();
                      run.stop();
                      fixture.environment().local("power", "start").exits(0);
                      assertTrue(fixture.shims().hasHit(), () -> "did not reach " + call);
                      Whole now = fixture.invariants().holds();
                      assertEquals(before.release(), now.release(), "what serves after the boot");
                      fixture.shims().reset();
                      return finishes(before, now);
                    }));
  }
}
