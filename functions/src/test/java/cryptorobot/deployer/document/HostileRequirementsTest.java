package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code robothost/requirements.py} on files nobody should have written. */
class HostileRequirementsTest {
  private static final String MARK = "visible-if-leaked";

  @TempDir Path folder;

  private Script.Ended check(Path file) {
    return Script.module("requirements", Map.of("LC_ALL", "C.UTF-8"), "", file.toString());
  }

  private Script.Ended check(String text) throws IOException {
    return check(
        Files.write(folder.resolve("requirements.txt"), text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void isRefused(Script.Ended ended) {
    assertEquals(1, ended.code(), ended.output());
    assertEquals("", ended.output());
    assertTrue(ended.errors().startsWith("requirements.txt"), ended.errors());
    assertFalse(ended.errors().contains("Traceback"), ended.errors());
    assertTrue(ended.errors().length() < 500, ended.errors());
    Refusal.ranNothing();
  }

  static Stream<String> lines() {
    // A '#' begins a comment, a line break another line, a '<' a version: such a text may name a
    // package after all.
    return HostileTexts.all("lines").stream()
        .filter(text -> text.indexOf('\ud800') < 0)
        .map(text -> "flask ?" + text.replaceAll("[#\\s\\x00-\\x1f\\x7f\\x85\\u2028]", "!") + "!");
  }

  @ParameterizedTest
  @MethodSource("lines")
  @Hostile("lines of requirements.txt")
  void refusesALineByItsNumber(String line) throws IOException {
    Script.Ended ended = check("numpy\n" + line + "\n");

    isRefused(ended);
    assertTrue(ended.errors().startsWith("requirements.txt, line 2: "), ended.errors());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flask @@ https://user:" + MARK + "@host/x.whl",
        "flask @ https://user:" + MARK + "@host/x.whl",
        "flask @ ftp://user:" + MARK + "@host/x.whl",
        "flask @ ssh://user:" + MARK + "@host/x.whl",
        "flask@git+https://" + MARK + "@host/x",
        "https://user:" + MARK + "@host/x.whl",
        "git+https://user:a/" + MARK + "@host/x",
        "--index-url https://user:" + MARK + "@host/simple",
        "--index-url=https://" + MARK + "@host/simple",
        "--extra-index-urlhttps://user:" + MARK + "@host/simple",
        "--find-links https://user:" + MARK + "@host/",
        "-i//user:" + MARK + "@host",
        "flask; python_version > '3' @ https://user:" + MARK + "@host",
        "flask --hash=https://user:" + MARK + "@host",
      })
  @Hostile("logins in requirements.txt")
  void neverShowsALogin(String line) throws IOException {
    Script.Ended ended = check(line + "\n");

    isRefused(ended);
    assertFalse(ended.errors().contains(MARK), ended.errors());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-r /etc/shadow",
        "-c /etc/shadow",
        "--requirement=/etc/shadow",
        "-e git+ssh://host/x",
        "--config-settings=x=y",
        "--global-option=--x",
        "--install-option=x",
        "--target=/etc",
        "--prefix /",
        "--root=/",
        "--no-index x",
        "--pre yes",
        "--index-url",
        "--find-links",
        "/etc/passwd",
        "../x",
        "file:///etc",
        "flask ; import os",
        "flask[",
        "flask==1 \\",
        "flask ; (((python_version > '3')",
        "=flask",
        "_flask",
        "flask!",
      })
  @Hostile("requirements pip would obey and we do not")
  void refusesWhatReachesOutOfTheFile(String line) throws IOException {
    isRefused(check(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/shadow",
        "../../../../../../../../etc/shadow",
        "../secret",
        "/dev/zero",
        "/proc/1/environ"
      })
  @Hostile("links as requirements.txt")
  void readsNoFileOutsideTheRelease(String target) throws IOException {
    Path release = Files.createDirectories(folder.resolve("releases/one"));
    Files.writeString(folder.resolve("releases/secret"), "BINANCE_API_KEY=" + MARK);
    Path link = Files.createSymbolicLink(release.resolve("requirements.txt"), Path.of(target));
    Script.Ended ended = check(link);
    Files.delete(link);

    isRefused(ended);
    assertEquals(
        "requirements.txt is a symbolic link that leads out of the release\n", ended.errors());
  }

  @Test
  void takesALinkToAnotherFileOfTheRelease() throws IOException {
    Files.createDirectories(folder.resolve("requirements"));
    Files.writeString(folder.resolve("requirements/live.txt"), "flask\n");
    Path link = folder.resolve("requirements.txt");
    Files.createSymbolicLink(link, Path.of("requirements/live.txt"));

    assertEquals("1\n", check(link).output());
  }

  @Test
  void refusesWhatIsNoTextFileOrTooLarge() throws IOException {
    Path file = folder.resolve("requirements.txt");
    Files.createDirectory(file);
    isRefused(check(file));
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("requirements.txt"));
    isRefused(check(file));
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("nowhere"));
    isRefused(check(file));
    Files.delete(file);
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    isRefused(check(file));
    Files.writeString(file, "flask\n".repeat(200_000));
    isRefused(check(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a", "\t", "a,", "(", "[a]", "\\\n", "a.", "--"})
  @Hostile("endless lines of requirements.txt")
  void answersSoonWhateverIsRepeated(String repeated) {
    assertTimeout(
        Duration.ofSeconds(60), () -> isRefused(check("flask" + repeated.repeat(20_000) + "!")));
  }
}
