package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.FaultTable.Seen;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The instance loses its power, or is rebooted, in the middle of a deploy: what was not confirmed
 * is rolled back during the boot, before any unit starts.
 */
@FaultTest
class PowerCutsTest {
  private final FaultFixture victim;
  private final FaultTable table;

  PowerCutsTest(FaultFixture victim, FaultTable table) {
    this.victim = victim;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> anInstanceThatLosesPowerComesBackWithTheOldRelease() {
    return Stream.of(
        powerCut("step-activate", "mv*/armed", false),
        powerCut("step-activate", "mv*/current", false),
        powerCut("step-activate", "systemctl daemon-reload", false),
        powerCut("step-health", "curl*", false),
        powerCut("step-confirm", "mv*/confirming", false),
        powerCut("step-roll-back", "mv*/current", true));
  }

  @TestFactory
  Stream<DynamicTest> aConfirmationThatWasDecidedSurvivesAPowerCut() {
    return Stream.of(
        table.test(
            "power cut",
            "confirm, decided",
            () -> {
              Whole before = victim.promise().holds();
              victim.commits();
              Whole now = losesPower("step-confirm", "rm*/confirming");
              assertEquals("new", FaultFixture.which(before, now));
              return finishes(before, now);
            }));
  }

  private DynamicTest powerCut(String place, String call, boolean crashes) {
    return table.test(
        "power cut",
        place + " before " + call,
        () -> {
          Whole before = victim.promise().holds();
          String good = victim.trial().robot().head();
          if (crashes) {
            victim.trial().robot().crashesAtStart();
          } else {
            victim.commits();
          }
          Whole now = losesPower(place, call);
          assertEquals(before.release(), now.release(), "what serves after the boot");
          if (crashes) {
            victim.trial().robot().becomesAgain(good);
            victim.commits();
          }
          return finishes(before, now);
        });
  }

  /** What serves after the boot; the run that was cut is stopped, or it would wait for an hour. */
  private Whole losesPower(String place, String call) {
    victim.shadows().holdAt(place, call);
    ExecutionHandle run = ExecutionHandle.start(victim.request());
    victim.shadows().awaitHit();
    victim.instance().losesPower();
    run.stop();
    victim.shadows().rest();
    victim.trial().local("power", "start").exits(0);
    Whole now = victim.promise().holds();
    assertEquals("ABORTED", run.awaitEnd().path("status").asText());
    assertTrue(now.decision().isEmpty(), () -> "what is not decided after the boot: " + now);
    return now;
  }

  private Seen finishes(Whole before, Whole now) {
    victim.converges(ExecutionHandle.start(victim.request()));
    return new Seen(
        "ABORTED",
        FaultFixture.which(before, now),
        now.owner().isEmpty() ? "free" : "its owner ABORTED");
  }

  /** What decides at boot is killed as well, once. */
  @TestFactory
  Stream<DynamicTest> aDecisionThatIsKilledDuringTheBootIsMadeAllTheSame() {
    return Stream.of("mv*/firing", "mv*/current", "systemctl daemon-reload", "systemctl restart*")
        .map(
            call ->
                table.test(
                    "kill -9 at boot",
                    "settle before " + call,
                    () -> {
                      Whole before = victim.promise().holds();
                      victim.commits();
                      victim.shadows().holdAt("step-health", "curl*");
                      ExecutionHandle run = ExecutionHandle.start(victim.request());
                      victim.shadows().awaitHit();
                      victim.shadows().killAt("settle", Moment.BEFORE, call);
                      victim.instance().losesPower();
                      run.stop();
                      victim.trial().local("power", "start").exits(0);
                      assertTrue(victim.shadows().hasHit(), () -> "never came to " + call);
                      Whole now = victim.promise().holds();
                      assertEquals(before.release(), now.release(), "what serves after the boot");
                      victim.shadows().rest();
                      return finishes(before, now);
                    }));
  }
}
