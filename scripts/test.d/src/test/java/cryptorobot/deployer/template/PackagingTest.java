package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real packagers package both templates, and AWS's own transform processes the result. The
 * listings are in {@code target/packaging.txt}.
 */
@Tag("packaging")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackagingTest {
  /** CloudFormation refuses a template with more bytes after the transforms. */
  private static final int LIMIT = 1_000_000;

  private static final int LARGEST_DEPLOYER = 350_000;
  private static final int LARGEST_ENVIRONMENT = 200_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Packager, Packaged> done = new EnumMap<>(Packager.class);
  private Path folder;
  private AwsTools tools;
  private MotoProxy proxy;

  /** Both templates, as a packager left them. */
  private record Packaged(PackagedStack deployer, PackagedStack environment) {}

  @BeforeAll
  void start(@TempDir Path shared) throws Exception {
    folder = shared;
    tools = AwsTools.newest();
    assertTrue(
        Files.exists(Project.file("functions/target/functions.jar")),
        "the jar is missing: ./mvnw package -DskipTests");
    proxy = new MotoProxy(tools);
  }

  @AfterAll
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
  }

  /** Each packager has a bucket of its own, so that it uploads everything itself. */
  private Packaged by(Packager packager) throws Exception {
    if (!done.containsKey(packager)) {
      String bucket = packager.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      aws("s3", "mb", "s3://" + bucket);
      Map<String, Path> outputs = new TreeMap<>();
      for (String template : List.of("template.yaml", "environment.yaml")) {
        Path output = folder.resolve(bucket + "-" + template);
        AwsTools.Result result =
            packager.run(Project.file(template), bucket, output, proxy.variables());
        assertEquals(0, result.exit(), () -> template + ": " + result.text());
        outputs.put(template, output);
      }
      Path objects = folder.resolve(bucket);
      aws("s3", "sync", "s3://" + bucket, objects.toString());
      done.put(
          packager,
          new Packaged(
              new PackagedStack(Project.template(outputs.get("template.yaml")), objects),
              new PackagedStack(Project.template(outputs.get("environment.yaml")), objects)));
    }
    return done.get(packager);
  }

  @ParameterizedTest
  @EnumSource
  void uploadsTheJarTheDefinitionsAndTheDocumentsAndLeavesNothingLocal(Packager packager)
      throws Exception {
    Packaged packaged = by(packager);
    PackagedStack deployer = packaged.deployer();
    assertEquals(List.of(), deployer.local(), "files that were not uploaded");
    Map<String, JsonNode> functions = deployer.ofType("AWS::Serverless::Function");
    assertEquals(9, functions.size(), () -> functions.keySet().toString());
    Path jar = Project.file("functions/target/functions.jar");
    functions.forEach(
        (id, function) -> assertSame(jar, deployer.object(function.at("/Properties/CodeUri")), id));
    assertEquals(
        plain(Project.template(Project.file("functions/target/classes/documents/template.json"))),
        plain(deployer.nested().get("Documents").template()),
        "the documents");

    PackagedStack environment = packaged.environment();
    assertEquals(List.of(), environment.local(), "files that were not uploaded");
    Map<String, JsonNode> machines = environment.ofType("AWS::StepFunctions::StateMachine");
    assertEquals(4, machines.size(), () -> machines.keySet().toString());
    machines.forEach(
        (id, machine) -> {
          String pointer = "/Resources/" + id + "/Properties/DefinitionS3Location";
          JsonNode file = Project.template(Project.file("environment.yaml")).at(pointer);
          assertSame(
              Project.file(file.textValue()),
              environment.object(machine.at("/Properties/DefinitionS3Location")),
              id);
        });
    write(
        packager.version()
            + "\n"
            + deployer.listing("AWS::Serverless::Function", "CodeUri")
            + deployer.listing("AWS::CloudFormation::Stack", "TemplateURL")
            + environment.listing("AWS::StepFunctions::StateMachine", "DefinitionS3Location"));
  }

  /** What a packager does not upload, it leaves as it is: no property is lost. */
  @ParameterizedTest
  @EnumSource
  void changesNothingElse(Packager packager) throws Exception {
    Packaged packaged = by(packager);
    for (Map.Entry<String, ObjectNode> template :
        Map.of(
                "template.yaml", packaged.deployer().template(),
                "environment.yaml", packaged.environment().template())
            .entrySet()) {
      assertEquals(
          plain(Project.template(Project.file(template.getKey()))),
          plain(template.getValue()),
          template.getKey());
    }
  }

  /** A template without the places of uploaded files, and without what a packager adds. */
  private static ObjectNode plain(ObjectNode template) {
    ObjectNode plain = template.deepCopy();
    for (JsonNode resource : plain.get("Resources")) {
      ((ObjectNode) resource).remove("Metadata");
      if (resource.path("Properties") instanceof ObjectNode properties) {
        properties.remove(List.of("CodeUri", "TemplateURL", "DefinitionS3Location"));
      }
    }
    return plain;
  }

  @Test
  void isProcessedToTheExpectedResourcesFarBelowTheLimit() throws Exception {
    Packaged packaged = by(Packager.AWS_NEWEST);
    JsonNode deployer = processed(packaged.deployer().template(), "deployer");
    assertExpectedDeployer(deployer.get("Resources"));
    int documents = compact(packaged.deployer().nested().get("Documents").template());
    int both = compact(deployer) + documents;
    assertTrue(both <= LARGEST_DEPLOYER, () -> "the deployer is processed to " + both + " bytes");
    JsonNode environment = processed(packaged.environment().template(), "environment");
    assertExpectedEnvironment(environment.get("Resources"));
    assertTrue(
        compact(environment) <= LARGEST_ENVIRONMENT,
        () -> "an environment is processed to " + environment.toString().length() + " bytes");
    write(
        measured(deployer, "template.yaml")
            + measured(packaged.deployer().nested().get("Documents").template(), "documents")
            + measured(environment, "environment.yaml"));
    for (int robots : List.of(1, 3, 30)) {
      write(
          "%-32s %,9d bytes processed in %d stacks%n"
              .formatted("robots: " + robots, both + robots * compact(environment), 2 + robots));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"template.yaml", "environment.yaml"})
  void isAcceptedBySamsOwnLinter(String template) throws Exception {
    AwsTools.Result result =
        AwsTools.run(
            proxy.variables(),
            tools.program("sam").toString(),
            "validate",
            "--lint",
            "--template",
            Project.file(template).toString());
    assertEquals(0, result.exit(), result.text());
    write(tools.versions());
  }

  private static Map<String, Integer> counts(JsonNode resources) {
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonNode resource : resources) {
      counts.merge(resource.path("Type").asText(), 1, Integer::sum);
    }
    return counts;
  }

  private static void assertExpectedDeployer(JsonNode resources) {
    Map<String, Integer> counts = counts(resources);
    assertEquals(9, counts.get("AWS::Lambda::Function"), counts::toString);
    assertEquals(9, counts.get("AWS::Lambda::Version"), counts::toString);
    assertEquals(8, counts.get("AWS::SSM::Parameter"), counts::toString);
    assertEquals(1, counts.get("AWS::Events::Rule"), counts::toString);
    assertEquals(1, counts.get("AWS::CloudFormation::Stack"), counts::toString);
    assertEquals(1, counts.get("AWS::CloudWatch::Alarm"), counts::toString);
    assertEquals(9, counts.get("AWS::Logs::LogGroup"), counts::toString);
    assertEquals(9, counts.get("AWS::IAM::Role"), "each has its own; SAM adds none: " + counts);
    for (JsonNode resource : resources) {
      if (resource.path("Type").asText().equals("AWS::SSM::Parameter")) {
        String version = resource.at("/Properties/Value/Ref").asText();
        assertTrue(version.matches("[A-Za-z]+FunctionVersion[0-9a-f]{10}"), resource::toString);
        assertEquals("Retain", resources.at("/" + version + "/DeletionPolicy").asText());
      }
    }
  }

  private static void assertExpectedEnvironment(JsonNode resources) {
    Map<String, Integer> counts = counts(resources);
    assertEquals(4, counts.get("AWS::StepFunctions::StateMachine"), counts::toString);
    assertEquals(5, counts.get("AWS::Scheduler::Schedule"), counts::toString);
    assertEquals(6, counts.get("AWS::CloudWatch::Alarm"), counts::toString);
    assertEquals(5, counts.get("AWS::IAM::Role"), counts::toString);
    assertEquals(null, counts.get("AWS::Events::Rule"), counts::toString);
    assertEquals(null, counts.get("AWS::Lambda::Permission"), counts::toString);
  }

  private void aws(String... arguments) throws Exception {
    String[] command =
        Stream.concat(Stream.of(tools.program("aws").toString()), Stream.of(arguments))
            .toArray(String[]::new);
    AwsTools.Result result = AwsTools.run(proxy.variables(), command);
    assertEquals(0, result.exit(), result.text());
  }

  private static void assertSame(Path wanted, Path uploaded, String what) {
    try {
      assertEquals(-1, Files.mismatch(wanted, uploaded), what + " is not " + wanted);
    } catch (IOException e) {
      throw new AssertionError(what, e);
    }
  }

  /** As AWS processes it: SAM's resources translated. */
  private JsonNode processed(ObjectNode packaged, String name)
      throws IOException, InterruptedException {
    Path file = folder.resolve(name + ".json");
    Files.writeString(file, packaged.toString());
    AwsTools.Result result =
        AwsTools.run(
            Map.of("AWS_DEFAULT_REGION", "eu-west-1"),
            tools.program("python").toString(),
            Project.file("scripts/test.d/process-template.py").toString(),
            file.toString());
    assertEquals(0, result.exit(), result.text());
    return JSON.readTree(result.text());
  }

  private static int compact(JsonNode template) throws IOException {
    return JSON.writeValueAsBytes(template).length;
  }

  /** It is not documented whether the compact or the indented form counts: both are far below. */
  private static String measured(JsonNode template, String what) throws IOException {
    int indented = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(template).length;
    assertTrue(
        indented < LIMIT * 3 / 4, what + " is processed to " + indented + " bytes, indented");
    return "%-32s %,9d bytes processed, %,9d indented, of %,d%n"
        .formatted(what, compact(template), indented, LIMIT);
  }

  /** Each test adds its part. The part of an earlier run is removed with the build's folder. */
  private static void write(String text) throws IOException {
    Path file = Files.createDirectories(Project.file("target")).resolve("packaging.txt");
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
