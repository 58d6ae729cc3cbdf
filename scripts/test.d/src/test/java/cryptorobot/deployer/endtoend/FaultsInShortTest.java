package cryptorobot.deployer.endtoend;

import static cryptorobot.deployer.endtoend.CommandShims.Moment.BEFORE;
import static cryptorobot.deployer.endtoend.CommandShims.Moment.QUEUED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.FaultTable.Seen;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The most telling of the faults: the long suite has them all. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Faults.class)
class FaultsInShortTest {
  private final FaultFixture victim;
  private final FaultTable table;

  FaultsInShortTest(FaultFixture victim, FaultTable table) {
    this.victim = victim;
    this.table = table;
  }

  @Test
  void anActivationKilledHalfWayIsRolledBack() throws Exception {
    killed(victim.commits(), "step-activate", BEFORE, "mv*/current");
  }

  @Test
  void aRollbackKilledHalfWayIsDoneAllTheSame() throws Exception {
    killed(victim.trial().robot().crashesAtStart(), "step-roll-back", QUEUED, "systemctl restart*");
  }

  private void killed(String commit, String place, Moment moment, String call) throws Exception {
    table.run(
        "kill -9 in a run",
        place + " " + moment + " " + call,
        () -> {
          victim.shadows().killAt(place, moment, call);
          Seen seen =
              victim.meets(
                  commit,
                  run -> {
                    run.failsAs("RolledBack");
                    assertTrue(victim.shadows().hasHit(), () -> "never came to " + call);
                  });
          assertEquals("old", seen.serves());
          return seen;
        });
  }

  @Test
  void aDeployStoppedBeforeItIsConfirmedIsFinishedByTheSameRequestAtOnce() throws Exception {
    table.run(
        "execution stopped",
        "CheckHealth, started again at once",
        () -> {
          Whole before = victim.promise().holds();
          victim.commits();
          ExecutionHandle run =
              ExecutionHandle.start(victim.request()).awaitEntered("CheckHealth").stop();
          Whole now = victim.converges(ExecutionHandle.start(victim.request()));
          assertEquals(
              "ABORTED", OutcomeAssertions.of(run, victim.trial().environment(), before, now));
          return new Seen("ABORTED", FaultFixture.which(before, now), now.lock());
        });
  }
}
