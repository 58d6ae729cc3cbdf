package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lib/isolated.sh}: the unit in which what a commit or a dependency brings is run. */
class IsolatedTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User=crypto-robot-build",
        "BindsTo=crypto-robot-step-test.service",
        "After=crypto-robot-step-test.service",
        "KillMode=control-group",
        "RuntimeMaxSec=60",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "AmbientCapabilities=",
        "PrivateUsers=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "PrivateIPC=yes",
        "ProtectSystem=strict",
        "ProtectProc=invisible",
        "ProtectControlGroups=yes",
        "RestrictSUIDSGID=yes",
        "RestrictNamespaces=yes",
        "IPAddressDeny=169.254.169.254 fd00:ec2::254",
        "BindPaths=/there"
      })
  void hasNoPrivilegeAndSeesNothingElse(String property) {
    List<String> words = unit(new FolderHost(folder));
    int at = words.indexOf(property);
    assertTrue(at > 0 && words.get(at - 1).equals("-p"), () -> property + " is not in " + words);
  }

  @Test
  void hidesTheApplicationsFolderTheStateOfRootAndWhatRuns() {
    FolderHost host = new FolderHost(folder);
    String hidden =
        "TemporaryFileSystem="
            + host.application()
            + ":ro /run:ro /home:ro /root:ro /dev/shm:mode=1777";
    List<String> words = unit(host);
    assertTrue(words.contains(hidden), words::toString);
    assertTrue(words.contains("InaccessiblePaths=-" + folder.resolve("state")), words::toString);
  }

  @Test
  void isFoundByWhoEndsTheStepAndNotTakenForAnotherStep() {
    List<String> words = unit(new FolderHost(folder));
    assertTrue(
        words.stream().anyMatch(word -> word.matches("--unit=crypto-robot-step-test_pip-[0-9]+")),
        words::toString);
    List<String> command = words.subList(words.indexOf("--"), words.size());
    assertEquals(List.of("--", "true", "and more"), command);
    assertFalse(words.contains("ReadWritePaths"), "writable places");
  }

  private List<String> unit(FolderHost host) {
    host.standIn("systemd-run", "() { printf '%s\\n' \"$@\"; }");
    Script.Ended ended =
        host.library(
            List.of("isolated.sh"),
            "isolated crypto-robot-build pip BindPaths=/there -- true 'and more'");
    assertEquals(0, ended.code(), ended::errors);
    return ended.output().lines().toList();
  }
}
