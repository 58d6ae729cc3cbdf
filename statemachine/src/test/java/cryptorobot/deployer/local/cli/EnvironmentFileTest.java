package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentFileTest {
  @TempDir Path home;

  private Path write(String text) throws IOException {
    Path folder = Files.createDirectories(home.resolve(".github/environments"));
    return Files.writeString(folder.resolve("a.local.json"), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "[]",
        "visible-if-leaked",
        "{\"port\": visible-if-leaked}",
        "{\"port\": 5000",
        "{\"port\": 5000,}",
        "{\"port\": 5000} {}",
        "{\"port\": 5000}\n<<<<<<< HEAD",
        "{\"port\": 5000, \"port\": 5001}",
        "{'port': 5000}",
        "port: 5000",
        "$(touch /tmp/crypto-robot-canary)",
      })
  void refusesWhatIsNotOneObjectByTheFilesName(String text) throws IOException {
    Path file = write(text);
    var refused = assertThrows(CommandFailure.class, () -> EnvironmentFile.read(home, "a.local"));

    assertTrue(refused.getMessage().startsWith(file.toString()), refused::getMessage);
    assertFalse(refused.getMessage().contains("visible"), refused::getMessage);
    assertFalse(refused.getMessage().contains("\n"), refused::getMessage);
    assertEquals(ExitCode.REFUSED, refused.exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../a.local", "/etc/passwd", "", "a.local.json/../a.local", "a b", "$(id)"})
  void looksForNoFileWhoseNameIsNotPlain(String environment) throws IOException {
    write("{\"port\": 5000}");

    assertEquals(
        "{\"environment\":\"" + environment + "\"}",
        EnvironmentFile.read(home, environment).toString());
  }

  @Test
  void theNameAskedForWinsOverTheFiles() throws IOException {
    write("{\"environment\": \"b.local\", \"port\": 5000}");

    assertEquals(
        "{\"environment\":\"a.local\",\"port\":5000}",
        EnvironmentFile.read(home, "a.local").toString());
  }
}
