package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.document.AgentPattern;
import cryptorobot.deployer.fakes.FakeSecrets;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plan and the packaged documents of the host steps use the same settings. */
class PackagedDocumentsTest {

  private static final Set<String> COMMON =
      Set.of("Owner", "Generation", "Phase", "ApplicationPath", "Environment");

  /** Settings that a state of a state machine, or a function, adds to the plan. */
  private static final Set<String> ADDED =
      Set.of(
          "Stamp",
          "Lifetime",
          "StealFrom",
          "KeepUntilReboot",
          "RequestedProtocol",
          "Told",
          "Last",
          "Service",
          "Since",
          "After",
          "CertificateNotAfter",
          "Program");

  private static final Set<String> MIGRATION =
      Set.of(
          "take-inventory",
          "adopt-settings",
          "remove-containers",
          "undo-migration",
          "compare-health");

  private static final StepDocuments DOCUMENTS = new StepDocuments("/documents", "crypto-robot");

  static List<String> steps() throws IOException {
    try (InputStream in =
        PackagedDocumentsTest.class.getResourceAsStream("/documents/names.json")) {
      return Json.tree(in).properties().stream().map(Map.Entry::getKey).toList();
    }
  }

  private static Map<String, String> settings(String request) {
    PlanDeployment plan = new PlanDeployment(FakeSecrets::new, Map.of());
    JsonNode tree = Json.tree(request).orElseThrow();
    MachineScope scope = new MachineScope(tree.path("environment").asText(), "", "", false, "");
    var planned =
        new PlanDeployment.Request(
            DeployerMachine.DEPLOY, scope, tree, Steps.EXECUTION, Instant.EPOCH);
    return ((PlanDeployment.Deploy) plan.run(planned)).settings();
  }

  @Test
  void everyHostStepIsPackaged() throws IOException {
    Set<String> written = new TreeSet<>();
    try (Stream<Path> bash = Files.list(Path.of("../scripts/host"));
        Stream<Path> python = Files.list(Path.of("../scripts/host/robothost/steps"))) {
      Stream.concat(bash.filter(file -> file.toString().endsWith(".sh")), python)
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("__"))
          .map(name -> name.replaceFirst("\\.(sh|py)$", "").replace('_', '-'))
          .forEach(written::add);
      written.addAll(DOCUMENTS.installSteps());
      assertEquals(written, new TreeSet<>(steps()));
    }
  }

  private static Map<String, String> migrationSettings() {
    return MigrateRequest.of(
            Json.object("{\"environment\": \"a\", \"phase\": \"prepare\"}").orElseThrow())
        .settings();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void everyParameterHasASource(String step) {
    Set<String> unknown = new TreeSet<>(DOCUMENTS.of(step).declared().keySet());
    unknown.removeAll(COMMON);
    unknown.removeAll(ADDED);
    unknown.removeAll(settings("{\"environment\": \"a\", \"operation\": \"restart\"}").keySet());
    if (MIGRATION.contains(step)) {
      unknown.removeAll(migrationSettings().keySet());
    }
    assertEquals(Set.of(), unknown, "parameters of " + step + " without a source");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"environment": "crypto-robot.local", "repository_url": "https://github.com/o/r.git"}""",
        """
        {"environment": "jack_robot.crypto-vision.com", "operation": "rotate-keys",
         "repository_url": "git@git-host.example.com:~o/r-1_2.3+4.git", "branch": "feature/A_b.c+d-1",
         "python_version": "3.9", "application_path": "/srv/a_b/c.d-e/1/2/3/4/5",
         "virtual_env_path": "/srv/a_b/c.d-e/1/2/3/4/5/_env", "certificate_hostname": "A_b.c-d.E",
         "health_path": "/a.b/_c~d/-", "port": 65535, "protocol": "http",
         "persistent_paths": ["data", ".cache/x_1", "a-b.sqlite3"], "keep_releases": 50,
         "services": [{"name": "a-1", "type": "trading_robot", "command": "python -m a.b --c=d,e@f+g:h /i/j_k"}]}""",
        """
        {"environment": "a", "operation": "deploy", "repository_url": "ssh://git@h:22/~o/r/",
         "revision": "ABCDEF0123456789abcdef0123456789abcdef01", "bake_seconds": 0}""",
      })
  void noDocumentRefusesASettingThatThePlanAccepts(String request) throws IOException {
    Map<String, String> settings = settings(request);
    for (String step : steps()) {
      DOCUMENTS
          .of(step)
          .declared()
          .forEach(
              (name, declared) -> {
                String pattern = declared.path("allowedPattern").asText();
                // A state before these steps chooses the release and the protocol.
                boolean decided = name.equals("Protocol") && !pattern.contains("https-or-http");
                if (settings.containsKey(name) && !decided) {
                  String value = settings.get(name);
                  assertTrue(
                      AgentPattern.of(pattern).allows(value)
                          || value.isEmpty() && name.equals("Release"),
                      () -> "%s refuses %s = '%s' by %s".formatted(step, name, value, pattern));
                }
              });
    }
  }
}
