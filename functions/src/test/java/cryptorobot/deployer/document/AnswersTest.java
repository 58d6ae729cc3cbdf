package cryptorobot.deployer.document;

import static cryptorobot.deployer.document.FolderHost.NEW;
import static cryptorobot.deployer.document.FolderHost.OLD;
import static cryptorobot.deployer.document.FolderHost.OWNER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code lib/answers.sh}: a step that released the lock, or that took it, is delivered again. Its
 * first answer may have been lost, and another execution may have the lock by now.
 */
class AnswersTest {
  private static final String OTHER = OWNER + "-other";

  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aReleaseThatIsActivated() {
    host = new FolderHost(folder).good(OLD).finished(NEW).serving(OLD);
    host.write("state/generation", "7\n");
    host.with("Release", NEW).with("DeadManSeconds", "1200").with("Operation", "deploy");
    host.with("KeepReleases", "2").with("KeepUntilReboot", "false").with("StealFrom", "");
    host.with("Lifetime", "execution");
    good("activate-release", 40);
  }

  private Script.Ended run(String step, int phase) {
    return host.with("Phase", Integer.toString(phase)).run(step);
  }

  private String good(String step, int phase) {
    Script.Ended ended = run(step, phase);
    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    return ended.output().strip();
  }

  private void lost(String step, int phase) {
    Script.Ended ended = run(step, phase);
    assertEquals(20, ended.code(), () -> ended.output() + ended.errors());
    assertTrue(ended.output().contains("\"failure\":\"LockLost\""), ended.output());
  }

  @Test
  void aConfirmationReleasesTheLockAndGivesTheSameAnswerAgain() {
    String answer = good("confirm-release", 60);
    assertTrue(answer.startsWith("{\"confirmed\":true"), answer);
    assertFalse(host.has("state/lock"), "the lock");
    assertEquals(answer, good("confirm-release", 60));
    assertFalse(host.has("state/lock"), "the lock");
  }

  @Test
  void aConfirmationDeliveredAgainLeavesTheNextOwnerAlone() {
    String answer = good("confirm-release", 60);
    host.locked(OTHER, 8, 0).write("state/generation", "8\n");
    String lock = host.read("state/lock");
    assertEquals(answer, good("confirm-release", 60));
    assertEquals(lock, host.read("state/lock"));
  }

  /** The execution did not get the answer, so it rolls back. */
  @Test
  void theOwnerGetsTheLockBackForALaterStep() {
    good("confirm-release", 60);
    String rolledBack = good("roll-back", 70);
    assertTrue(rolledBack.startsWith("{\"confirmed\":true,\"locked\":true"), rolledBack);
    assertTrue(host.read("state/lock").contains(OWNER + "\",\"generation\":7,\"phase\":70"));
    assertEquals(NEW, host.serves());
    String released = good("release-lock", 90);
    assertTrue(released.startsWith("{\"released\":true"), released);
    assertEquals(released, good("release-lock", 90));
    assertFalse(host.has("state/lock"), "the lock");
  }

  @Test
  void anEarlierStepDoesNotGetTheLockBack() {
    good("confirm-release", 60);
    lost("activate-release", 40);
    assertFalse(host.has("state/lock"), "the lock");
  }

  @Test
  void theOwnerDoesNotGetTheLockBackAfterAnotherOne() {
    good("confirm-release", 60);
    host.write("state/generation", "8\n");
    lost("discard-release", 70);
    String rolledBack = good("roll-back", 70);
    assertTrue(rolledBack.startsWith("{\"confirmed\":true,\"locked\":false"), rolledBack);
    assertFalse(host.has("state/lock"), "the lock");
    assertEquals(NEW, host.serves());
  }

  @Test
  void aStolenLockIsLost() {
    host.locked(OTHER, 8, 0).write("state/generation", "8\n");
    lost("confirm-release", 60);
    lost("roll-back", 70);
  }

  @Test
  void theLockStaysUntilTheRebootWhereRequested() {
    host.with("KeepUntilReboot", "true");
    String answer = good("confirm-release", 60);
    assertTrue(host.read("state/lock").contains("\"lifetime\":\"boot\""), "the lock");
    assertEquals(answer, good("confirm-release", 60));
  }

  @Test
  void aLateCommandDoesNotTakeTheLockAgain() {
    good("confirm-release", 60);
    host.with("Operation", "").with("Generation", "0");
    String answer = good("acquire-lock", 0);
    assertEquals("{\"acquired\":true,\"generation\":8,\"stolen\":false}", answer);
    assertEquals(answer, good("acquire-lock", 0));
    good("release-lock", 90);
    assertEquals(answer, good("acquire-lock", 0));
    assertFalse(host.has("state/lock"), "the lock");
    host.locked(OTHER, 9, 0);
    assertEquals(answer, good("acquire-lock", 0));
    assertTrue(host.read("state/lock").contains(OTHER), "the lock");
  }
}
