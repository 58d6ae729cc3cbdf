package cryptorobot.deployer.document;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostDocumentTest {
  private static final String STEP =
      """
      #!/usr/bin/env bash
      # greet: say hello.
      #
      # Longer prose: Parameters are told below.
      #
      # Parameter Name ^[a-z]{1,8}$ Who is greeted.
      # Timeout 30
      # Uses words.sh
      # Embeds hello.service tool.py
      echo "hello $SSM_Name"
      """;

  @TempDir Path folder;
  private Path host;
  private Path units;

  @BeforeEach
  void layFilesOut() throws IOException {
    host = Files.createDirectories(folder.resolve("host"));
    units = Files.createDirectories(folder.resolve("units"));
    Files.createDirectories(host.resolve("lib"));
    write("lib/lib.sh", "# lib.sh: first.\n# Parameter Place ^/.*$ Where.\nfirst() { :; }\n");
    write("lib/words.sh", "# words.sh: second.\nsecond() { :; }\n");
    write("lib/tool.py", "print('it is $HOME')\n");
    Files.writeString(units.resolve("hello.service"), "[Service]\nExecStart=/bin/true $X\n");
    write("greet.sh", STEP);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(host.resolve(file), text);
  }

  private HostDocument greet() {
    return new HostScripts(host, units).document("greet");
  }

  private static String script(HostDocument document) throws IOException {
    JsonNode lines =
        new ObjectMapper().readTree(document.content()).at("/mainSteps/0/inputs/runCommand");
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(text.isEmpty() ? "" : "\n").append(line.asText()));
    return text.toString();
  }

  @Test
  void declaresTheParametersOfTheHeaderAsEnvironmentVariables() throws IOException {
    JsonNode document = new ObjectMapper().readTree(greet().content());

    JsonNode name = document.at("/parameters/Name");
    assertEquals("String", name.path("type").asText());
    assertEquals("^[a-z]{1,8}$", name.path("allowedPattern").asText());
    assertEquals("ENV_VAR", name.path("interpolationType").asText());
    assertEquals("Who is greeted.", name.path("description").asText());
    assertTrue(document.at("/parameters").has("Place"), "a library file's parameter comes along");
    assertEquals(2, document.path("parameters").size(), "nothing else is a parameter");
    assertEquals("2.2", document.path("schemaVersion").asText());
    assertEquals("say hello.", document.path("description").asText());
    assertEquals("greet", document.at("/mainSteps/0/name").asText());
    assertEquals("aws:runShellScript", document.at("/mainSteps/0/action").asText());
    assertEquals("30", document.at("/mainSteps/0/inputs/timeoutSeconds").asText());
  }

  @Test
  void endsWithTheStepsFileBehindTheLibraryFilesInOrderAndWithoutItsComments() throws IOException {
    String script = script(greet());

    assertTrue(script.startsWith("#!/usr/bin/env bash\nreadonly STEP=greet STEP_TIMEOUT=30\n"));
    String commands =
        STEP.lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line + "\n")
            .collect(joining());
    assertTrue(script.endsWith(commands), "the step's file is the end of the script");
    int first = script.indexOf("first() { :; }\n");
    int second = script.indexOf("second() { :; }\n");
    assertTrue(0 < first && first < second, "lib.sh comes first, then what the step uses");
  }

  @Test
  void printsAnEmbeddedFileByteForByte() throws IOException {
    Path script = Files.writeString(folder.resolve("script"), script(greet()));
    String call = "source " + script + " >/dev/null; embedded_file ";

    assertEquals(
        Files.readString(units.resolve("hello.service")),
        Script.run(java.util.List.of("bash", "-c", call + "hello.service"), java.util.Map.of(), "")
            .output());
    assertEquals(
        Files.readString(host.resolve("lib/tool.py")),
        Script.run(java.util.List.of("bash", "-c", call + "tool.py"), java.util.Map.of(), "")
            .output());
  }

  @Test
  void hasTheSameNameForTheSameFilesAndAnotherAfterAnyChange() throws IOException {
    String name = greet().name();

    assertTrue(name.matches("greet-[0-9a-f]{12}"), name);
    assertEquals(name, greet().name());
    write("lib/words.sh", "# words.sh: second.\nsecond() { true; }\n");
    assertNotEquals(name, greet().name(), "a library file changed");
  }

  @Test
  void refusesTextThatSystemsManagerWouldSubstitute() throws IOException {
    assertRefused(STEP + "echo '{{ssm:secret}}'\n", "'{{'");
  }

  @Test
  void refusesAStepThatIsTooLarge() throws IOException {
    assertRefused(STEP + ": padding\n".repeat(6200), "is larger than");
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
    write("greet.sh", STEP.replace("Timeout 30", "Timeout 172800"));
    assertTrue(greet().content().contains("\"timeoutSeconds\":\"172800\""), greet().content());
  }

  @Test
  void refusesAParameterDeclaredTwice() throws IOException {
    assertRefused(
        STEP.replace("# Timeout", "# Parameter Place ^/$ Again.\n# Timeout"), "Place is declared");
  }

  @Test
  void refusesAFileThatIsNotThere() throws IOException {
    assertRefused(STEP.replace("Uses words.sh", "Uses wrods.sh"), "there is no file");
    assertRefused(STEP.replace("hello.service", "hallo.service"), "there is no file");
  }

  @Test
  void refusesAStepWithoutSummaryOrTimeLimit() throws IOException {
    assertRefused(STEP.replace("# greet: say", "# say"), "does not start with '# greet: …'");
    assertRefused(STEP.replace("# Timeout 30\n", ""), "has no 'Timeout <seconds>'");
    assertRefused(STEP.replace("Timeout 30", "Timeout soon"), "is not a number of seconds");
  }

  private void assertRefused(String step, String reason) throws IOException {
    write("greet.sh", step);
    DocumentRefused refused = assertThrows(DocumentRefused.class, this::greet);
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }
}
