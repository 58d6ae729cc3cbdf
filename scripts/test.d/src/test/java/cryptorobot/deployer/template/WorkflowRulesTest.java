package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules for every workflow of this repository. */
class WorkflowRulesTest {
  private static final String OWN = "crypto-vision/crypto-robot-deployer/";

  static Stream<Path> workflows() throws IOException {
    try (Stream<Path> own = Files.list(Project.file(".github/workflows"));
        Stream<Path> sample = Files.list(Project.file("scripts/sample-app/.github/workflows"))) {
      return Stream.concat(own, sample).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void pinsEveryActionToACommitAndNamesItsVersion(Path file) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.matches("\\s*(- )?uses: .*") && !line.contains(OWN)) {
        assertTrue(
            line.matches("\\s*(- )?uses: [A-Za-z0-9/_-]+@[0-9a-f]{40} # v[0-9]+\\.[0-9]+\\.[0-9]+"),
            file.getFileName() + " uses an action that its owner can change:" + line);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void givesEachJobOnlyWhatItUses(Path file) throws IOException {
    JsonNode workflow = new YAMLMapper().readTree(file.toFile());
    assertEquals(
        "{}", workflow.path("permissions").toString(), "no right unless a job requests it");
    for (Map.Entry<String, JsonNode> job : workflow.get("jobs").properties()) {
      JsonNode permissions = job.getValue().path("permissions");
      boolean takesARole =
          job.getValue().toString().contains("aws-actions/configure-aws-credentials")
              || job.getValue().path("uses").asText().startsWith(OWN);
      assertEquals(takesARole, permissions.has("id-token"), job.getKey() + " requests a token");
      permissions.properties().stream()
          .filter(permission -> !permission.getKey().equals("id-token"))
          .forEach(
              permission -> assertEquals("read", permission.getValue().asText(), job.getKey()));
    }
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void putsNoValueIntoAScriptsText(Path file) throws IOException {
    for (JsonNode step : new YAMLMapper().readTree(file.toFile()).findParents("run")) {
      String script = step.path("run").asText();
      assertFalse(
          script.contains("${{"), () -> file.getFileName() + " can be made to run:\n" + script);
    }
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void writesScriptsThatShellcheckAccepts(Path file, @TempDir Path folder) throws Exception {
    assumeTrue(isThere("shellcheck", "--version"), "this machine has no shellcheck");
    for (JsonNode step : new YAMLMapper().readTree(file.toFile()).findParents("run")) {
      if (!step.path("run").isTextual()) {
        continue; // the defaults of all steps
      }
      Path script = folder.resolve("step.sh");
      Files.writeString(
          script, "#!/usr/bin/env bash\nset -eo pipefail\n" + step.get("run").textValue());
      Process check =
          new ProcessBuilder("shellcheck", script.toString()).redirectErrorStream(true).start();
      String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(
          0, check.waitFor(), () -> file.getFileName() + ", " + step.path("name") + ": " + output);
    }
  }

  @Test
  void neverCancelsARunningDeploy() {
    for (String file : List.of("control-robot-aws.yml", "infrastructure.yml")) {
      String text = Project.text(".github/workflows/" + file);
      assertTrue(text.contains("cancel-in-progress: false"), file);
      assertFalse(text.contains("cancel-in-progress: true"), file);
    }
  }

  private static boolean isThere(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
