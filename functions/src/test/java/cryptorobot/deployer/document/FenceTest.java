package cryptorobot.deployer.document;

import static cryptorobot.deployer.document.FolderHost.NEW;
import static cryptorobot.deployer.document.FolderHost.OLD;
import static cryptorobot.deployer.document.FolderHost.OWNER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code lib/fence.sh}: a step of an execution that is not the lock's, or that comes late; with
 * {@code inject-keys} in place of every step in bash.
 */
class FenceTest {
  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aReleaseThatServesAndOneThatIsToServe() {
    host = new FolderHost(folder).good(OLD).finished(NEW).serving(OLD);
    host.with("Release", "20260303T000000Z-ccccccc").with("CertificateHostname", "x.local");
  }

  private void refused() {
    Script.Ended ended = host.run("inject-keys");
    assertEquals(20, ended.code(), () -> ended.output() + ended.errors());
    assertTrue(ended.output().contains("\"failure\":\"LockLost\""), ended.output());
    assertEquals(OLD, host.serves(), "what serves");
    assertEquals(List.of(), host.asked(), "what systemd was asked");
  }

  @Test
  void refusesAnotherOwner() {
    host.locked(OWNER + "-other", 7, 20);
    refused();
  }

  @Test
  void refusesAnEarlierGenerationOfTheSameOwner() {
    host.locked(OWNER, 8, 20);
    refused();
  }

  @Test
  void refusesAPhaseThatHasGoneBy() {
    host.locked(OWNER, 7, 70);
    refused();
  }

  @Test
  void refusesWhenNobodyHoldsTheLock() {
    assertTrue(folder.resolve("state/lock").toFile().delete());
    refused();
  }

  @Test
  void keepsCredentialsOutOfWhatAnyoneMayReadOfItsUnit() {
    host.standIn("systemd-run", "() { printf '%s\\n' \"$@\" >\"$CALLS.unit\"; }");
    host.outside().variable("AWS_REGION", "eu-west-1");
    for (String name : List.of("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN")) {
      host.variable(name, "nobody-may-see-this");
    }

    Script.Ended ended = host.run("inject-keys");

    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    String unit = host.read("calls.unit");
    assertTrue(unit.contains("--setenv=AWS_REGION"), unit);
    assertFalse(
        unit.matches("(?s).*(AWS_SECRET|AWS_ACCESS|AWS_SESSION|nobody-may-see-this).*"), unit);
  }

  @Test
  void remembersThePhaseItReached() {
    Script.Ended ended = host.run("inject-keys");
    assertEquals(63, ended.code(), () -> ended.output() + ended.errors());
    assertTrue(host.read("state/lock").contains("\"phase\":40"), host.read("state/lock"));
  }
}
