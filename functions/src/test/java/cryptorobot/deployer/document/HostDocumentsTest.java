package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents this project really makes. */
class HostDocumentsTest {
  private static final Set<String> STEPS =
      Set.of(
          "deploy-release",
          "acquire-lock",
          "release-lock",
          "inspect-host",
          "inject-keys",
          "validate-certificate",
          "activate-release",
          "check-health",
          "confirm-release",
          "roll-back",
          "discard-release",
          "start-services",
          "read-status",
          "stop-services",
          "inject-certificate",
          "read-health",
          "read-certificates",
          "read-drift",
          "record-notice",
          "read-crashes",
          "read-logs",
          "take-inventory",
          "adopt-settings",
          "compare-health",
          "remove-containers",
          "undo-migration");

  /** They read, or note what was told, beside any deployment. */
  private static final Set<String> UNFENCED =
      Set.of(
          "read-status",
          "compare-health",
          "read-health",
          "read-certificates",
          "read-drift",
          "record-notice",
          "read-crashes",
          "read-logs");

  private static final Set<String> FENCE = Set.of("Owner", "Generation", "Phase", "Environment");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final HostScripts SCRIPTS = new HostScripts(Script.HOST, Script.UNITS);
  private static final HostProgram PROGRAM = SCRIPTS.program();

  private final List<HostDocument> documents = SCRIPTS.documents();

  @Test
  void thereIsOneForEveryStep() {
    Set<String> found = new TreeSet<>();
    documents.forEach(document -> found.add(document.step()));
    assertEquals(new TreeSet<>(STEPS), found);
  }

  @Test
  void theProgramHasTheFilesThatItNames() {
    var templates = Pattern.compile("\"(crypto-robot-[a-z-]+\\.(?:service|timer|conf|nft))\"");
    var modules = Pattern.compile("--module\"?,? \"?([a-z_]+)\\b");
    var names = new TreeSet<String>();
    for (String text : PROGRAM.files().values()) {
      templates.matcher(text).results().forEach(found -> names.add("units/" + found.group(1)));
      modules
          .matcher(text)
          .results()
          .forEach(found -> names.add("robothost/" + found.group(1) + ".py"));
    }
    assertTrue(names.size() > 8, () -> "the files were not read: " + names);
    names.removeIf(PROGRAM.files()::containsKey);
    // A drop-in that hold.py makes.
    names.remove("units/crypto-robot-migration.conf");
    assertEquals(Set.of(), names, "the program lacks these");
  }

  @Test
  void eachFitsIntoSystemsManager() throws IOException {
    for (HostDocument document : documents) {
      assertTrue(document.content().length() < 8 * 1024, document.step() + " is too large");
      JsonNode content = JSON.readTree(document.content());
      assertEquals(1, content.path("mainSteps").size());
      content
          .path("parameters")
          .properties()
          .forEach(
              parameter ->
                  assertEquals(
                      "ENV_VAR",
                      parameter.getValue().path("interpolationType").asText(),
                      document.step() + "/" + parameter.getKey()));
    }
  }

  @Test
  void eachThatChangesWhatServesIsFenced() throws IOException {
    for (HostDocument document : documents) {
      JsonNode parameters = JSON.readTree(document.content()).path("parameters");
      for (String name : FENCE) {
        boolean namesCommands = document.step().equals("read-drift") && name.equals("Environment");
        assertEquals(
            namesCommands || !UNFENCED.contains(document.step()),
            parameters.has(name),
            document.step() + "/" + name);
      }
      assertTrue(parameters.has("ApplicationPath"), document.step());
    }
  }

  @Test
  void eachIsAScriptBashCanRead() {
    for (HostDocument document : documents) {
      Script.Ended read =
          Script.run(
              List.of("bash", "-n", "-c", Script.of(document)), Map.of("LC_ALL", "C.UTF-8"), "");
      assertEquals(0, read.code(), document.step() + ": " + read.errors());
    }
  }

  @Test
  void theModulesAreTheSourcesButForCommentsAndDocstrings(@TempDir Path folder) throws IOException {
    PROGRAM.write(folder);
    Script.Ended ended =
        Script.python(
            """
            import ast, os, re
            def code(module):
                tree = ast.parse(module)
                for node in ast.walk(tree):
                    if hasattr(node, "end_lineno"):
                        node.end_lineno = node.end_col_offset = None
                    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
                        first = node.body[0]
                        text = first.value.value if isinstance(node, ast.Module) else ""
                        declared = re.findall(r"^(?:Parameter|Optional|Uses|Timeout) .*", text, re.MULTILINE)
                        first.value = ast.Constant(declared, lineno=first.lineno, col_offset=first.col_offset)
                return ast.dump(tree, include_attributes=True)
            for place, _, files in os.walk(sys.argv[1]):
                for name in files:
                    path = os.path.join(place, name)
                    if name.endswith(".py"):
                        source = open(os.path.join(sys.argv[2], os.path.relpath(path, sys.argv[1]))).read()
                        packed = open(path).read()
                        same = code(source) == code(packed)
                        print(name, same)
            """,
            Map.of("LC_ALL", "C.UTF-8"),
            "",
            folder.toString(),
            Script.HOST.toString());
    assertEquals(0, ended.code(), ended.errors());
    assertTrue(ended.output().contains("health.py True"), ended.output());
    assertFalse(ended.output().contains("False"), ended.output());
    String health = PROGRAM.files().get("robothost/health.py");
    assertFalse(health.contains("\n#"), "it has its comments");
    assertFalse(health.contains("\"\"\"health"), "it has its docstring");
  }

  @Test
  void writesThemWithAListOfTheirNames(@TempDir Path folder) throws IOException {
    HostDocuments.write(SCRIPTS, folder);

    JsonNode names = JSON.readTree(folder.resolve("names.json").toFile());
    List<HostDocument> installers = SCRIPTS.installers();
    assertEquals(STEPS.size() + installers.size(), names.size());
    JsonNode program = JSON.readTree(folder.resolve("program.json").toFile());
    assertEquals(PROGRAM.version(), program.path("version").asText());
    assertEquals(installers.size(), program.path("parts").asInt());
    for (HostDocument document : documents) {
      assertEquals(document.name(), names.path(document.step()).asText());
      assertEquals(document.content(), Files.readString(folder.resolve(document.step() + ".json")));
    }
  }
}
