package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code robothost/result.py}: what another user made is judged and taken. Takes root to give it.
 */
@Tag("instance")
class ResultTest {
  private static final String MAKER = "nobody";
  private static final String OWNER = "daemon";

  @TempDir Path folder;
  private Path result;

  @BeforeEach
  void aResult() throws IOException {
    result = Files.createDirectories(folder.resolve("result"));
    Files.createDirectories(result.resolve("bin"));
    Files.writeString(result.resolve("bin/tool"), "x");
    Files.setPosixFilePermissions(
        result.resolve("bin/tool"), PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(result.resolve("python"), folder.resolve("of-the-machine"));
    Files.writeString(folder.resolve("of-the-machine"), "x");
    sh("chown -R -h nobody: result");
  }

  @Test
  void becomesAnotherUsersReadableByEveryoneWithoutALinkFollowed() throws IOException {
    Script.Ended ended = accept();
    assertEquals(0, ended.code(), ended::errors);
    assertEquals("root", Files.getOwner(result).getName());
    assertEquals(OWNER, Files.getOwner(result.resolve("bin/tool")).getName());
    assertEquals(
        OWNER, Files.getOwner(result.resolve("python"), LinkOption.NOFOLLOW_LINKS).getName());
    assertEquals("root", Files.getOwner(folder.resolve("of-the-machine")).getName());
    assertEquals(
        "rwxr-xr-x",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(result.resolve("bin/tool"))));
  }

  @Test
  void mayHaveHardLinksWithinItself() {
    sh("ln result/bin/tool result/bin/again");
    assertEquals(0, accept().code());
  }

  @ParameterizedTest
  @CsvSource({
    "chmod 4755 result/bin/tool, has a set-id bit",
    "chmod g+s result/bin, has a set-id bit",
    "mkfifo result/pipe && chown nobody result/pipe, is neither a file nor a folder nor a link",
    "mknod result/bin/null c 1 3 && chown nobody result/bin/null, is neither a file nor a folder",
    "python3 -c 'import socket; socket.socket(1).bind(\"result/s\")' && chown nobody result/s, is neither",
    "touch outside && chown nobody outside && ln outside result/inside, is a hard link to a file outside",
    "touch result/of-root, belongs to another user"
  })
  void isRefusedWhereItCouldHarm(String attack, String reason) throws IOException {
    sh(attack);
    Script.Ended ended = accept();
    assertEquals(1, ended.code());
    assertTrue(ended.errors().contains(reason), ended::errors);
    assertEquals(MAKER, Files.getOwner(result.resolve("bin/tool")).getName(), "taken all the same");
  }

  @Test
  void ofAnEarlierVersionIsTakenButForWhatStaysTheApplications() throws IOException {
    Files.writeString(result.resolve(".env"), "KEY=x");
    sh("chown nobody: result/.env && chmod 600 result/.env && touch result/release.json");
    Script.Ended ended = run("former", result.toString(), MAKER, OWNER, "root");
    assertEquals(0, ended.code(), ended::errors);
    assertEquals(MAKER, Files.getOwner(result.resolve(".env")).getName());
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(result.resolve(".env"))));
    assertEquals("root", Files.getOwner(result.resolve("release.json")).getName());
    assertEquals(OWNER, Files.getOwner(result.resolve("bin/tool")).getName());
    assertEquals("root", Files.getOwner(result).getName());
  }

  private Script.Ended accept() {
    return run("accept", result.toString(), MAKER, OWNER, "no-such-unit_");
  }

  private Script.Ended run(String... words) {
    return Script.module("result", Map.of(), "", words);
  }

  private void sh(String command) {
    Script.Ended ended =
        Script.run(
            List.of("bash", "-euc", "cd \"$1\"; " + command, "bash", folder.toString()),
            Map.of(),
            "");
    assertEquals(0, ended.code(), ended::errors);
  }
}
