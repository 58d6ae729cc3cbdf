package cryptorobot.deployer.endtoend;

import static cryptorobot.deployer.endtoend.Shadows.Moment.BEFORE;
import static cryptorobot.deployer.endtoend.Shadows.Moment.QUEUED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.FaultTable.Seen;
import cryptorobot.deployer.endtoend.Promise.Whole;
import cryptorobot.deployer.endtoend.Shadows.Moment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The most telling of the faults: the long suite has them all. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Faults.class)
class FaultsInShortTest {
  private final Victim victim;
  private final FaultTable table;

  FaultsInShortTest(Victim victim, FaultTable table) {
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
          Run run = Run.start(victim.request()).awaitEntered("CheckHealth").stop();
          Whole now = victim.converges(Run.start(victim.request()));
          assertEquals("ABORTED", Truth.of(run, victim.trial().environment(), before, now));
          return new Seen("ABORTED", Victim.which(before, now), now.lock());
        });
  }
}
