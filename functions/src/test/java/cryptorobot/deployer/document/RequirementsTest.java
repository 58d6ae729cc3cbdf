package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code robothost/requirements.py}: what a requirements.txt may say, and how it is refused. */
class RequirementsTest {
  @TempDir Path folder;

  private Script.Ended check(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("requirements.txt"), text);
    return Script.module("requirements", Map.of(), "", file.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flask",
        "Flask==3.0.2",
        "python-binance >= 1.0, <2 ",
        "requests[socks,security]~=2.31 # comment",
        "numpy==1.26.*",
        "pandas (>=1.0)",
        "uvloop; sys_platform != 'win32' and (python_version >= \"3.9\" or extra == 'x')",
        "pkg @ https://example.org/pkg-1.0-py3-none-any.whl",
        "a==1 \\\n    --hash=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "# comment\n\n--index-url https://pypi.example.org/simple\n--pre\nflask\r\n",
      })
  void acceptsWhatPipCanInstallForAnyRelease(String text) throws IOException {
    Script.Ended ended = check(text);

    assertEquals(0, ended.code(), ended.errors());
    assertEquals("1", ended.output().strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "flask==| 'flask==' is not a requirement",
        "flask flask| 'flask flask' is not a requirement",
        "flask=3| 'flask=3' is not a requirement",
        "-r other.txt| -r is not supported",
        "-e .| editable installs are not supported",
        "--evil| '--evil' is not an option",
        "./local| has no name",
        "git+https://u:p@x.org/y| has no name",
        "x @ https://user:pass@example.org/x.whl| holds a login",
        "--index-url https://token@pypi.example.org/| holds a login",
        "x; python_versoin > '3'| is not an environment marker",
        "x==1 --hash=sha256:12| is not a --hash",
      })
  void refusesALineByItsNumber(String line, String reason) throws IOException {
    Script.Ended ended = check("# first\n\n" + line + "\nflask\n");

    assertEquals(1, ended.code());
    assertTrue(ended.errors().startsWith("requirements.txt, line 3: "), ended.errors());
    assertTrue(ended.errors().contains(reason), ended.errors());
    assertFalse(ended.errors().contains("pass@") || ended.errors().contains("u:p"), ended.errors());
  }

  @Test
  void refusesAFileThatIsMissingOrNamesNothing() throws IOException {
    assertTrue(check("# nothing\n\n").errors().contains("is empty"));
    Script.Ended missing =
        Script.module("requirements", Map.of(), "", folder.resolve("none").toString());
    assertEquals("requirements.txt is missing\n", missing.errors());
  }
}
