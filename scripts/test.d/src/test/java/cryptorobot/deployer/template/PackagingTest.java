package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real AWS CLI packages the template as docs/aws.md describes, and AWS's own transforms process
 * the result. The listing is in {@code target/packaging.txt}.
 */
@Tag("packaging")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackagingTest {
  private static final String BUCKET = "artifacts";

  /** CloudFormation refuses more after the transforms. */
  private static final int LIMIT = 1_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private Path folder;
  private AwsTools tools;
  private MotoProxy proxy;
  private PackagedStack packaged;

  @BeforeAll
  void packageOnce(@TempDir Path shared) throws Exception {
    folder = shared;
    tools = AwsTools.newest();
    assertTrue(
        Files.exists(Project.file("functions/target/functions.jar")),
        "the jar is missing: ./mvnw package -DskipTests");
    proxy = new MotoProxy(tools);
    Path aws = tools.program("aws");
    must(aws, "s3", "mb", "s3://" + BUCKET);
    AwsTools.Result result = packaging(aws);
    assertEquals(0, result.exit(), result.text());
    Path objects = folder.resolve("objects");
    must(aws, "s3", "sync", "s3://" + BUCKET, objects.toString());
    packaged = new PackagedStack(Project.template(folder.resolve("packaged.yaml")), objects);
  }

  @AfterAll
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void uploadsTheJarForEachFunctionAndLeavesNothingLocal() throws Exception {
    assertEquals(List.of(), packaged.local(), "files that were not uploaded");
    Path jar = Project.file("functions/target/functions.jar");
    Map<String, JsonNode> functions = ofType(packaged.template(), "AWS::Serverless::Function");
    assertEquals(9, functions.size(), () -> functions.keySet().toString());
    functions.forEach(
        (id, function) -> assertSame(jar, packaged.object(function.at("/Properties/CodeUri")), id));
    ofType(packaged.template(), "AWS::Serverless::StateMachine")
        .forEach(
            (id, machine) ->
                assertSame(
                    Project.file(source("/Resources/" + id + "/Properties/DefinitionUri")),
                    packaged.object(machine.at("/Properties/DefinitionUri")),
                    id));
    Map<String, PackagedStack> nested = packaged.nested();
    assertEquals(2, nested.size(), () -> nested.keySet().toString());
    PackagedStack documents = nested.get("Documents");
    assertSame(
        Project.file("functions/target/classes/documents/template.json"),
        documents.object(location(documents)),
        "documents");
    write(listing(packaged, functions));
  }

  @Test
  void isProcessedToTheExpectedResourcesFarBelowTheLimit() throws Exception {
    StringBuilder sizes = new StringBuilder();
    for (int environments : List.of(1, 10)) {
      JsonNode processed = processed(packaged.template(), environments);
      assertEquals(
          environments,
          ofType(processed, "AWS::CloudFormation::Stack").size() - 1,
          "the loops were unrolled");
      assertTrue(processed.get("Resources").size() <= 500, "CloudFormation's limit of resources");
      if (environments == 1) {
        assertExpected(processed.get("Resources"));
      }
      sizes.append(measured(processed, "template.yaml, environments: " + environments));
    }
    for (Map.Entry<String, PackagedStack> nested : packaged.nested().entrySet()) {
      ObjectNode template = nested.getValue().template().deepCopy();
      JsonNode location = location(nested.getValue());
      if (!location.isMissingNode()) {
        ObjectNode included = (ObjectNode) Project.json(nested.getValue().object(location));
        template.set("Resources", included);
      }
      sizes.append(measured(template, nested.getKey()));
    }
    write(sizes.toString());
  }

  /** docs/aws.md requires a newer version. */
  @Test
  void isNotPackagedByDebiansCommandLine() throws Exception {
    Path debians = Path.of("/usr/bin/aws");
    assumeTrue(Files.exists(debians), "/usr/bin/aws is missing");
    String version = AwsTools.run(Map.of(), debians.toString(), "--version").text();
    assumeTrue(version.startsWith("aws-cli/2.9."), "another version: " + version);
    AwsTools.Result result = packaging(debians);
    assertNotEquals(0, result.exit(), result.text());
    assertTrue(result.text().contains("'list' object has no attribute 'get'"), result.text());
    assertTrue(Project.text("docs/aws.md").contains("'list' object has no attribute 'get'"));
    write(version.strip() + ": packages no template with loops, as docs/aws.md states\n");
  }

  @Test
  void isAcceptedBySamsOwnLinter() throws Exception {
    AwsTools.Result result =
        AwsTools.run(
            proxy.variables(),
            tools.program("sam").toString(),
            "validate",
            "--lint",
            "--template",
            Project.file("template.yaml").toString());
    assertEquals(0, result.exit(), result.text());
    write(tools.versions());
  }

  private static void assertExpected(JsonNode resources) {
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonNode resource : resources) {
      counts.merge(resource.path("Type").asText(), 1, Integer::sum);
    }
    assertEquals(9, counts.get("AWS::Lambda::Function"), counts::toString);
    assertEquals(9, counts.get("AWS::Lambda::Version"), counts::toString);
    assertEquals(4, counts.get("AWS::StepFunctions::StateMachine"), counts::toString);
    assertEquals(3 + 2, counts.get("AWS::Scheduler::Schedule"), counts::toString);
    assertEquals(1, counts.get("AWS::Events::Rule"), counts::toString);
    assertEquals(1 + 1, counts.get("AWS::CloudFormation::Stack"), counts::toString);
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
    assertFalse(resources.toString().contains("ForEach"), "a loop was not unrolled");
  }

  private void must(Path program, String... arguments) throws Exception {
    AwsTools.Result result = AwsTools.run(proxy.variables(), command(program, arguments));
    assertEquals(0, result.exit(), result.text());
  }

  private AwsTools.Result packaging(Path aws) throws IOException, InterruptedException {
    return AwsTools.run(
        proxy.variables(),
        command(
            aws,
            "cloudformation",
            "package",
            "--template-file",
            Project.file("template.yaml").toString(),
            "--s3-bucket",
            BUCKET,
            "--output-template-file",
            folder.resolve("packaged.yaml").toString()));
  }

  private static String[] command(Path program, String... arguments) {
    return Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
        .toArray(String[]::new);
  }

  private static JsonNode location(PackagedStack documents) {
    return documents.template().at("/Resources/Fn::Transform/Parameters/Location");
  }

  private static String source(String pointer) {
    return Project.template(Project.file("template.yaml")).at(pointer).textValue();
  }

  private static Map<String, JsonNode> ofType(JsonNode template, String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    template
        .get("Resources")
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().path("Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue());
              }
            });
    return found;
  }

  private static void assertSame(Path wanted, Path uploaded, String what) {
    try {
      assertEquals(-1, Files.mismatch(wanted, uploaded), what + " is not " + wanted);
    } catch (IOException e) {
      throw new AssertionError(what, e);
    }
  }

  /** As AWS processes it: the loops unrolled, SAM's resources translated. */
  private JsonNode processed(ObjectNode packaged, int environments)
      throws IOException, InterruptedException {
    List<String> names =
        IntStream.range(0, environments).mapToObj(i -> "robot-" + i + ".example.com").toList();
    ObjectNode template = packaged.deepCopy();
    ObjectNode parameters = (ObjectNode) template.get("Parameters");
    parameters.withObject("Environments").put("Default", String.join(",", names));
    parameters
        .withObject("PowerSchedules")
        .put(
            "Default",
            names.stream()
                .flatMap(
                    name ->
                        List.of(
                            name + " start 07:00 MON-FRI Europe/Zurich",
                            name + " stop 19:00 MON-FRI Europe/Zurich")
                            .stream())
                .collect(Collectors.joining(",")));
    Path file = folder.resolve(environments + ".json");
    Files.writeString(file, template.toString());
    AwsTools.Result result =
        AwsTools.run(
            Map.of("AWS_DEFAULT_REGION", "eu-west-1"),
            tools.program("python").toString(),
            Project.file("scripts/test.d/process-template.py").toString(),
            file.toString());
    assertEquals(0, result.exit(), result.text());
    return JSON.readTree(result.text());
  }

  /**
   * It is not documented whether the compact or the indented form counts. Neither may be near the
   * limit.
   */
  private static String measured(JsonNode template, String what) throws IOException {
    int compact = JSON.writeValueAsBytes(template).length;
    int indented = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(template).length;
    assertTrue(compact < LIMIT * 3 / 4, what + " is processed to " + compact + " bytes");
    assertTrue(indented < LIMIT, what + " is processed to " + indented + " bytes, indented");
    return "%-32s %,9d bytes processed, %,9d indented, of %,d%n"
        .formatted(what, compact, indented, LIMIT);
  }

  private static String listing(PackagedStack packaged, Map<String, JsonNode> functions)
      throws IOException {
    List<String> lines = new ArrayList<>();
    Map<String, JsonNode> places = new TreeMap<>();
    functions.forEach((id, function) -> places.put(id, function.at("/Properties/CodeUri")));
    ofType(packaged.template(), "AWS::Serverless::StateMachine")
        .forEach((id, machine) -> places.put(id, machine.at("/Properties/DefinitionUri")));
    for (Map.Entry<String, JsonNode> place : places.entrySet()) {
      String uri =
          place.getValue().isObject()
              ? "s3://%s/%s"
                  .formatted(
                      place.getValue().get("Bucket").asText(), place.getValue().get("Key").asText())
              : place.getValue().asText();
      lines.add(
          "%-28s %s %,d bytes"
              .formatted(place.getKey(), uri, Files.size(packaged.object(place.getValue()))));
    }
    return String.join("\n", lines) + "\n";
  }

  /** Each test adds its part. The part of an earlier run is removed with the build's folder. */
  private static void write(String text) throws IOException {
    Path file = Files.createDirectories(Project.file("target")).resolve("packaging.txt");
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
