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
