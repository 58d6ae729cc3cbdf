package cryptorobot.deployer.document;

import static cryptorobot.deployer.document.FolderHost.OWNER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code acquire-lock} and {@code lib/lock.sh}: who gets the lock. */
class LockTest {
  private static final String OTHER = OWNER + "-other";

  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aLockThatIsHeld() {
    host = new FolderHost(folder).locked(OTHER, 7, 40);
    host.write("state/generation", "7\n");
    host.with("Generation", "0").with("Phase", "0").with("Lifetime", "execution");
  }

  private String begins(String from) {
    Script.Ended ended = host.with("StealFrom", from).run("acquire-lock");
    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    return ended.output().strip();
  }

  @Test
  void namesWhoHoldsIt() {
    assertEquals(
        "{\"acquired\":false,\"owner\":\"%s\",\"generation\":7,\"since\":\"2026-01-01T00:00:00Z\"}"
            .formatted(OTHER),
        begins(""));
    assertTrue(host.read("state/lock").contains(OTHER + "\",\"generation\":7"), "the lock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"6 " + OTHER, "8 " + OTHER, "7 " + OTHER + "s", "7 " + OWNER})
  void isNotStolenFromAnybodyButWhoWasProvenFinished(String from) {
    assertTrue(begins(from).startsWith("{\"acquired\":false"), "stolen from " + from);
    assertTrue(host.read("state/lock").contains(OTHER + "\",\"generation\":7"), "the lock");
  }

  @Test
  void isStolenUnderAHigherGenerationFromExactlyWhoWasProvenFinished() {
    assertEquals("{\"acquired\":true,\"generation\":8,\"stolen\":true}", begins("7 " + OTHER));
    assertTrue(host.read("state/lock").contains(OWNER + "\",\"generation\":8"), "the lock");
  }

  @Test
  void isLookedAtAndChangedByOneAtATime() {
    Script.Ended ended =
        host.library(
            List.of("lock.sh"),
            """
            beside() { ! flock -n "$DEPLOYER/fence.flock" true || fail StepFailed 'another one got in'; }
            under_lock beside
            flock -n "$DEPLOYER/fence.flock" true || fail StepFailed 'nobody gets in afterwards'
            result '{}'
            """);
    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
  }
}
