package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The workflow takes a file name from the person who starts it. It reads only the file of an
 * environment.
 */
class WorkflowNamesTest {
  private static final String FIND = "Find the environment's settings";
  private static final String SETTINGS = "{\"github_secret_name\": \"OTHER_SECRET\"}";

  @TempDir private Path workspace;

  @BeforeEach
  void checkOut() throws IOException {
    Files.createSymbolicLink(workspace.resolve("deployer"), LocalCommand.home());
    Path settings = Files.createDirectories(workspace.resolve("caller/.github/environments/in"));
    Files.writeString(settings.resolveSibling("robot.local.json"), SETTINGS);
    Files.writeString(settings.resolve("robot.json"), SETTINGS);
    Files.writeString(workspace.resolve("caller/robot.json"), SETTINGS);
    Files.writeString(settings.resolveSibling("a..b.json"), SETTINGS);
  }

  /** The folder is removed after the test, so the target of the link must not be in it then. */
  @AfterEach
  void unlink() throws IOException {
    Files.deleteIfExists(workspace.resolve("deployer"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../robot", "in/robot", "a..b", "..", ".", "", "Robot.local", "robot.local\n"})
  void refusesANameThatLeadsElsewhereBeforeItsUse(String name) throws Exception {
    WorkflowRun run = find(name).exits(2);
    assertTrue(run.log().contains("This is no environment's name"), run::log);
    assertEquals("", run.output("settings", "secret"), "that file is not used");
  }

  @Test
  void findsTheSettingsOfAnEnvironment() throws Exception {
    WorkflowRun run = find("robot.local").exits(0);
    assertEquals("caller/.github/environments", run.output("settings", "folder"));
    assertEquals("OTHER_SECRET", run.output("settings", "secret"));
  }

  @Test
  void findsTheSecretsThatAnEnvironmentDeclares() throws Exception {
    Files.writeString(
        workspace.resolve("caller/.github/environments/robot.local.json"),
        """
        {"secrets": [{"name": "exchange", "github_secret_name": "ITS_KEYS"}, {"name": "page"},
         {"name": "bad", "github_secret_name": "A b"}, {"name": "tg", "github_secret_name": "TG"}]}
        """);
    WorkflowRun run = find("robot.local").exits(0);
    assertEquals("exchange tg", run.output("settings", "names"));
    assertEquals("ITS_KEYS", run.output("settings", "secret_0"));
    assertEquals("TG", run.output("settings", "secret_1"));
    assertEquals("", run.output("settings", "secret_2"));
  }

  private WorkflowRun find(String name) throws IOException, InterruptedException {
    return new WorkflowRun(
            workspace,
            Map.of(
                "inputs.deployer", "acme/deployer",
                "inputs.action", "status",
                "inputs.environment", name))
        .play(
            LocalCommand.home().resolve(".github/workflows/control-robot-aws.yml"),
            "control",
            FIND::equals);
  }
}
