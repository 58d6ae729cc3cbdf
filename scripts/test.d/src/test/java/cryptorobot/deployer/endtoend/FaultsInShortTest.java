package cryptorobot.deployer.endtoend;

import static cryptorobot.deployer.endtoend.CommandShims.Moment.BEFORE;
import static cryptorobot.deployer.endtoend.CommandShims.Moment.QUEUED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The most important faults. The long suite has all of them. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Faults.class)
class FaultsInShortTest {
  private static final String SAMPLED =
      "step-inject-keys rename .*/release\\.json"
          + "|step-activate-release rename .* (armed|current)"
          + "|step-confirm-release (rename .* confirming|append .*|unlink confirming)";

  private final FaultFixture fixture;
  private final FaultTable table;

  FaultsInShortTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @Test
  void anActivationKilledHalfWayIsRolledBack() throws Exception {
    killed(fixture.commit(), "step-activate-release", BEFORE, "rename*/current");
  }

  @Test
  void aRollbackKilledHalfWayIsCompleted() throws Exception {
    killed(
        fixture.environment().robot().crashesAtStart(),
        "step-roll-back",
        QUEUED,
        "systemctl restart*");
  }

  /** Six of the power cuts of the long suite. */
  @Test
  void powerCutsThatLoseWhatWasNotSyncedLeaveOneWholeRelease() throws Exception {
    LoopDisk.assumePossible();
    try (var disk = new LoopDisk(fixture.instance(), "xfs")) {
      fixture.environment().local("power", "start").exits(0);
      var copies = new CrashCopies(fixture, disk);
      Whole before = fixture.invariants().holds();
      String commit = fixture.commit();
      for (CrashCopies.Crash crash : copies.ofARun(fixture.request(), this::isSampled)) {
        table.run(
            "power cut, pages lost",
            crash.toString(),
            () -> {
              Whole now = copies.bootedAfter(crash);
              boolean isConfirmed = crash.point().toString().matches(".*(append|unlink).*");
              assertEquals(isConfirmed ? commit : before.revision(), now.revision());
              return new Outcome("ABORTED", FaultFixture.oldOrNew(before, now), now.lock());
            });
      }
      fixture.assertConverges(ExecutionHandle.start(fixture.request()));
    }
    fixture.environment().local("power", "start").exits(0);
  }

  private boolean isSampled(CommandShims.Point point) {
    return (point.place() + " " + point.call()).matches(SAMPLED);
  }

  private void killed(String commit, String place, Moment moment, String call) throws Exception {
    table.run(
        "kill -9 in a run",
        place + " " + moment + " " + call,
        () -> {
          fixture.shims().killAt(place, moment, call);
          Outcome seen =
              fixture.inject(
                  commit,
                  run -> {
                    run.failsAs("RolledBack");
                    assertTrue(fixture.shims().hasHit(), () -> "did not reach " + call);
                  });
          assertEquals("old", seen.serves());
          return seen;
        });
  }

  @Test
  void aDeployStoppedBeforeItIsConfirmedIsCompletedByTheSameRequestAtOnce() throws Exception {
    table.run(
        "execution stopped",
        "CheckHealth, started again at once",
        () -> {
          Whole before = fixture.invariants().holds();
          fixture.commit();
          ExecutionHandle run =
              ExecutionHandle.start(fixture.request()).awaitEntered("CheckHealth").stop();
          Whole now = fixture.assertConverges(ExecutionHandle.start(fixture.request()));
          assertEquals(
              "ABORTED", OutcomeAssertions.of(run, fixture.environment().name(), before, now));
          return new Outcome("ABORTED", FaultFixture.oldOrNew(before, now), now.lock());
        });
  }
}
