package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostDocumentTest {
  private static final String GREET = "robothost/steps/greet.py";
  private static final String STEP =
      """
      r\"""greet: say hello.

      Longer prose: Parameters are explained below.

      Parameter Name ^[a-z]{1,8}$ Who is greeted.
      Timeout 30
      Uses words.py
      \"""
      # A comment of the source.
      print("hello")
      """;

  @TempDir Path folder;
  private Path host;
  private Path units;

  @BeforeEach
  void layFilesOut() throws IOException {
    host = Files.createDirectories(folder.resolve("host"));
    units = Files.createDirectories(folder.resolve("units"));
    Files.createDirectories(host.resolve("robothost/steps"));
    Files.createDirectories(host.resolve("launchers"));
    write("__main__.py", "print('it is $HOME')\n");
    write("robothost/layout.py", "r\"\"\"layout: first.\n\nParameter Place ^/.*$ Where.\n\"\"\"\n");
    write("robothost/words.py", "\"\"\"words: second.\"\"\"\n# A comment.\nSAID = 1\n");
    write("launchers/start.sh", "# start.sh: third.\necho $X\n");
    Files.writeString(units.resolve("hello.service"), "[Service]\nExecStart=/bin/true $X\n");
    write(GREET, STEP);
    Files.createDirectories(host.resolve("bootstrap"));
    Files.copy(Script.HOST.resolve("bootstrap/run.sh"), host.resolve("bootstrap/run.sh"));
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(host.resolve(file), text);
  }

  private HostDocument greet() {
    return new HostScripts(host, units).document("greet");
  }

  @Test
  void declaresTheParametersOfTheHeaderAsEnvironmentVariables() throws IOException {
    JsonNode document = new ObjectMapper().readTree(greet().content());

    JsonNode name = document.at("/parameters/Name");
    assertEquals("String", name.path("type").asText());
    assertEquals("^[a-z]{1,8}$", name.path("allowedPattern").asText());
    assertEquals("ENV_VAR", name.path("interpolationType").asText());
    assertEquals("Who is greeted.", name.path("description").asText());
    assertTrue(document.at("/parameters").has("Place"), "the parameter of a module comes along");
    assertTrue(document.at("/parameters").has("Program"), "so does the program's version");
    assertEquals(3, document.path("parameters").size(), "nothing else is a parameter");
    assertEquals("2.2", document.path("schemaVersion").asText());
    assertEquals("say hello.", document.path("description").asText());
    assertEquals("greet", document.at("/mainSteps/0/name").asText());
    assertEquals("aws:runShellScript", document.at("/mainSteps/0/action").asText());
    assertEquals("30", document.at("/mainSteps/0/inputs/timeoutSeconds").asText());
  }

  @Test
  void runsTheStepInAUnitOnlyIfItNeedsTheLock() throws IOException {
    assertTrue(Script.of(greet()).contains("\nstep=greet seconds=\n"), Script.of(greet()));
    write("robothost/fence.py", "\"\"\"fence: fourth.\"\"\"\n");
    write(GREET, STEP.replace("Uses words.py", "Uses words.py fence.py"));
    assertTrue(Script.of(greet()).contains("\nstep=greet seconds=30\n"), Script.of(greet()));
  }

  @Test
  void keepsWhatExplainsAFileOutOfTheProgram() {
    var files = new HostScripts(host, units).program().files();
    assertEquals("\"\"\"\"\"\"\n\nSAID = 1\n", files.get("robothost/words.py"), "the lines stay");
    assertEquals("echo $X\n", files.get("launchers/start.sh"));
    assertEquals("[Service]\nExecStart=/bin/true $X\n", files.get("units/hello.service"));
  }

  @Test
  void hasTheSameNameForTheSameFilesWhateverTheProgramIs() throws IOException {
    String name = greet().name();
    String version = new HostScripts(host, units).program().version();

    assertTrue(name.matches("greet-[0-9a-f]{12}"), name);
    assertTrue(version.matches("[0-9a-f]{64}"), version);
    write("robothost/words.py", "\"\"\"words: second.\"\"\"\nSAID = 2\n");
    assertEquals(name, greet().name(), "the document names no version of the program");
    assertNotEquals(version, new HostScripts(host, units).program().version());
    write(GREET, STEP.replace("Timeout 30", "Timeout 31"));
    assertNotEquals(name, greet().name(), "the time limit is the document's");
  }

  @Test
  void answersThatTheProgramIsMissingAndDoesNothing() throws IOException {
    Path script = Files.writeString(folder.resolve("script"), Script.of(greet()));
    Script.Ended ended =
        Script.run(List.of("bash", script.toString()), Map.of("SSM_Program", "0".repeat(64)), "");
    assertEquals(22, ended.code(), ended.errors());
    assertTrue(ended.output().startsWith("{\"failure\":\"ProgramMissing\","), ended.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../../../../tmp", "0", "$(touch /tmp/x)"})
  void runsNoProgramThatIsNoVersion(String version) throws IOException {
    Path script = Files.writeString(folder.resolve("script"), Script.of(greet()));
    Script.Ended ended =
        Script.run(List.of("bash", script.toString()), Map.of("SSM_Program", version), "");
    assertEquals(21, ended.code(), ended.errors());
    assertTrue(ended.output().startsWith("{\"failure\":\"HostUnfit\","), ended.output());
  }

  @Test
  void refusesTextThatSystemsManagerWouldSubstitute() throws IOException {
    DocumentRefused refused =
        assertThrows(
            DocumentRefused.class,
            () -> HostDocument.of("greet", "say hello", 30, List.of(), "echo '{{ssm:secret}}'"));
    assertTrue(refused.getMessage().contains("'{{'"), refused.getMessage());
  }

  @Test
  void refusesADocumentThatIsTooLarge() {
    DocumentRefused refused =
        assertThrows(
            DocumentRefused.class,
            () -> HostDocument.of("greet", "say hello", 30, List.of(), ": pad\n".repeat(12_000)));
    assertTrue(refused.getMessage().contains("larger than"), refused.getMessage());
  }

  @Test
  void refusesAParameterWithoutAPatternFromEndToEnd() throws IOException {
    assertRefused(STEP.replace("^[a-z]{1,8}$ ", ""), "parameter Name has no pattern");
    assertRefused(STEP.replace("^[a-z]{1,8}$", "^[a-z]{1,8}"), "parameter Name has no pattern");
    assertRefused(STEP.replace("^[a-z]{1,8}$", "^[a-z{1,8}$"), "parameter Name: ");
    assertRefused(STEP.replace(" Who is greeted.", ""), "parameter Name has no description");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^.{0,8000}$",
        "^(([a-z]{1,20}/){1,10}x){1,9}$",
        "^(?!x)[a-z]+$",
        "^[a-z]++$",
        "^\\h$",
        "^(a)\\1$",
        "^ä$"
      })
  void refusesAPatternThatTheAgentCannotRead(String pattern) throws IOException {
    assertRefused(STEP.replace("^[a-z]{1,8}$", pattern), "parameter Name: ");
  }

  @Test
  void refusesATimeLimitThatTheAgentWouldReplace() throws IOException {
    assertRefused(STEP.replace("Timeout 30", "Timeout 4"), "is not from 5 to 172800 seconds");
    assertRefused(STEP.replace("Timeout 30", "Timeout 172801"), "is not from 5 to 172800");
    write(GREET, STEP.replace("Timeout 30", "Timeout 172800"));
    assertTrue(greet().content().contains("\"timeoutSeconds\":\"172800\""), greet().content());
  }

  @Test
  void refusesAParameterDeclaredTwice() throws IOException {
    assertRefused(
        STEP.replace("Timeout", "Parameter Place ^/$ Again.\nTimeout"), "Place is declared");
  }

  @Test
  void refusesAFileThatIsNotThere() throws IOException {
    assertRefused(STEP.replace("Uses words.py", "Uses wrods.py"), "there is no file");
  }

  @Test
  void refusesAStepWithoutSummaryOrTimeLimit() throws IOException {
    assertRefused(STEP.replace("greet: say", "say"), "does not start with 'greet: …'");
    assertRefused(STEP.replace("Timeout 30\n", ""), "has no 'Timeout <seconds>'");
    assertRefused(STEP.replace("Timeout 30", "Timeout soon"), "is not a number of seconds");
  }

  private void assertRefused(String step, String reason) throws IOException {
    write(GREET, step);
    DocumentRefused refused = assertThrows(DocumentRefused.class, this::greet);
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }
}
