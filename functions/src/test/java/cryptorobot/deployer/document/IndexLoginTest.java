package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
  void needsNoLogin() {
    Script.Ended ended = use();
    assertEquals(0, ended.code(), ended.errors());
    assertTrue(ended.output().startsWith("PIP_CERT=/etc/"), ended.output());
  }

  @Test
  void leavesTheAuthoritiesThatPipConfNames() throws IOException {
    Files.writeString(folder.resolve("pip.conf"), "[global]\ncert = /etc/company.pem\n");
    assertEquals("", use().output().strip());
  }

  private Script.Ended use() {
    return new FolderHost(folder)
        .library(
            List.of("index.sh"), "use_index_settings\nprintf '%s\\n' \"${index_settings[@]}\"\n");
  }
}
