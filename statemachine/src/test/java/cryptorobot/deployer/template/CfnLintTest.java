package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The template as AWS's own transforms see it, where cfn-lint, which carries them, is installed.
 */
class CfnLintTest {
  private static final String TRANSLATE =
      """
      import json, sys
      from cfnlint.decode import decode
      from cfnlint.template import Template
      path = sys.argv[1]
      template = Template(path, decode(path)[0], ["eu-west-1"])
      wrong = template.transform()
      if wrong:
          sys.exit(str(wrong))
      print(json.dumps(template.template))
      """;

  @Test
  void findsNothingToSayAboutTheTemplates(@TempDir Path folder) throws Exception {
    Said version = run(List.of("cfn-lint", "--version"));
    assumeTrue(version.exit == 0, "there is no cfn-lint on this machine");
    for (Path template :
        List.of(
            Project.file("template.yaml"),
            Project.file("scripts/aws/environment.yaml"),
            withItsDocuments(folder))) {
      Said said = run(List.of("cfn-lint", template.toString()));
      assertEquals(0, said.exit, () -> template + ":\n" + said.out);
    }
  }

  @Test
  void translatesToTheResourcesThatAreMeant() throws Exception {
    Said there = run(List.of("python3", "-c", "import cfnlint, samtranslator"));
    assumeTrue(
        there.exit == 0, "there is no Python with cfn-lint and SAM's translator on this machine");
    Said said = run(List.of("python3", "-c", TRANSLATE, Project.file("template.yaml").toString()));
    assertEquals(0, said.exit, said.out);
    JsonNode resources = new ObjectMapper().readTree(said.out).get("Resources");

    Map<String, Integer> counts = new TreeMap<>();
    for (JsonNode resource : resources) {
      counts.merge(resource.path("Type").asText(), 1, Integer::sum);
    }
    assertEquals(9, counts.get("AWS::Lambda::Function"), counts::toString);
    assertEquals(9, counts.get("AWS::Lambda::Version"), counts::toString);
    assertEquals(4, counts.get("AWS::StepFunctions::StateMachine"), counts::toString);
    assertEquals(4, counts.get("AWS::Scheduler::Schedule"), counts::toString);
    assertEquals(1, counts.get("AWS::Events::Rule"), counts::toString);
    assertEquals(1, counts.get("AWS::CloudFormation::Stack"), counts::toString);
    assertEquals(6 + 2, counts.get("AWS::CloudWatch::Alarm"), counts::toString);
    assertEquals(10, counts.get("AWS::Logs::LogGroup"), counts::toString);
    assertEquals(
        9 + 1 + 1 + 1, counts.get("AWS::IAM::Role"), "each has its own; SAM adds none: " + counts);

    JsonNode deploy = resources.at("/DeployStateMachine/Properties/DefinitionSubstitutions");
    deploy
        .properties()
        .forEach(
            function -> {
              String version = function.getValue().path("Ref").asText();
              assertTrue(
                  version.matches(function.getKey() + "Version[0-9a-f]{10}"), deploy::toString);
              assertEquals("Retain", resources.at("/" + version + "/DeletionPolicy").asText());
            });
    assertFalse(resources.toString().contains("ForEach"), "a loop is left");
  }

  /**
   * The same template with the documents in their place, since cfn-lint does not follow includes.
   */
  private static Path withItsDocuments(Path folder) throws IOException {
    String text = Project.text("template.yaml");
    int start = text.indexOf("  Fn::Transform:");
    int end = text.indexOf("\n\n", start);
    StringBuilder documents = new StringBuilder();
    CloudFormationYaml.json(Project.file("functions/target/classes/documents/template.json"))
        .properties()
        .forEach(
            d ->
                documents
                    .append("  ")
                    .append(d.getKey())
                    .append(": ")
                    .append(d.getValue())
                    .append('\n'));
    Path whole = folder.resolve("whole.yaml");
    Files.writeString(whole, text.substring(0, start) + documents + text.substring(end));
    Path nested = Files.createDirectories(folder.resolve("scripts/aws"));
    Files.copy(Project.file("scripts/aws/environment.yaml"), nested.resolve("environment.yaml"));
    return whole;
  }

  private record Said(int exit, String out) {}

  private static Said run(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Said(process.waitFor(), out);
    } catch (IOException e) {
      return new Said(-1, e.getMessage());
    }
  }
}
