package cryptorobot.deployer.document;

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
 * {@code lib/answers.sh}: a step that took the lock is delivered again. Its first answer may have
 * been lost, and another execution may have the lock by now.
 */
class AnswersTest {
  private static final String OTHER = OWNER + "-other";

  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aReleaseThatServes() {
    host = new FolderHost(folder).good(OLD).serving(OLD);
    host.write("state/generation", "7\n");
    host.with("KeepUntilReboot", "false").with("StealFrom", "").with("Lifetime", "execution");
  }

  private Script.Ended run(String step, int phase) {
    return host.with("Phase", Integer.toString(phase)).run(step);
  }

  private String good(String step, int phase) {
    Script.Ended ended = run(step, phase);
    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    return ended.output().strip();
  }

  @Test
  void aLateCommandDoesNotTakeTheLockAgain() {
    host.write("state/answers", OWNER + " 7 60 confirm-release released {}\n");
    assertTrue(folder.resolve("state/lock").toFile().delete(), "the confirmation released it");
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
