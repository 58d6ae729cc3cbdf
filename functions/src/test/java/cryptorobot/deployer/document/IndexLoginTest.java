package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lib/index.sh}: what pip is given, and a login that others can read is not. */
class IndexLoginTest {
  @TempDir Path folder;

  @Test
  void refusesALoginThatARobotCouldRead() throws IOException {
    Path login = Files.writeString(folder.resolve("index.netrc"), "machine x login y password z\n");
    Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rw-r--r--"));

    Script.Ended ended = use();

    assertEquals(21, ended.code(), ended.errors());
    assertTrue(ended.output().contains("HostUnfit"), ended.output());
    assertTrue(ended.output().contains("chmod 600 " + login), ended.output());
  }

  @Test
  void isCopiedForTheBuildUserOnlyAndSeenInItsUnitOnly() throws IOException {
    Path login = Files.writeString(folder.resolve("index.netrc"), "machine x login y password z\n");
    Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rw-------"));
    Script.Ended ended =
        new FolderHost(folder)
            .standIn(
                "install",
                "() { printf 'install %s\\n' \"$*\" >>\"$CALLS\"; command install -m 600 \"${@: -2:1}\" \"${@: -1}\"; }")
            .library(
                List.of("isolated.sh", "index.sh"),
                "use_index_settings\nprintf '%s\\n' \"${index_settings[@]}\"\n"
                    + "forget_index_login\n[[ ! -e $WORK/netrc ]]\n");
    assertEquals(0, ended.code(), ended::errors);
    String calls = Files.readString(folder.resolve("calls"));
    assertTrue(calls.contains("-m 400 -o crypto-robot-build -g crypto-robot-build"), calls);
    assertTrue(ended.output().contains("/netrc:/run/crypto-robot-index.netrc\n"), ended.output());
    assertTrue(
        ended.output().contains("Environment=NETRC=/run/crypto-robot-index.netrc\n"),
        ended.output());
  }

  @Test
  void needsNoLogin() {
    Script.Ended ended = use();
    assertEquals(0, ended.code(), ended.errors());
    assertTrue(ended.output().contains("\nEnvironment=PIP_CERT=/etc/"), ended.output());
    assertFalse(ended.output().contains("NETRC"), ended.output());
  }

  @Test
  void leavesTheAuthoritiesThatPipConfNames() throws IOException {
    Files.writeString(folder.resolve("pip.conf"), "[global]\ncert = /etc/company.pem\n");
    assertEquals(
        "Environment=PIP_CONFIG_FILE=" + folder.resolve("pip.conf"), use().output().strip());
  }

  private Script.Ended use() {
    return new FolderHost(folder)
        .library(
            List.of("isolated.sh", "index.sh"),
            "use_index_settings\nprintf '%s\\n' \"${index_settings[@]}\"\n");
  }
}
