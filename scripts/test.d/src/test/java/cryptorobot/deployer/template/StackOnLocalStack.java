package cryptorobot.deployer.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The packaged deployer stack, created in LocalStack's CloudFormation, and what its other services
 * have of it. SAM's own translator processes the template before: the program that translates is
 * the one that AWS runs.
 */
final class StackOnLocalStack {
  static final String NAME = "crypto-robot";
  private static final String BUCKET = "artifacts";
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private final AwsTools tools;
  private final Map<String, String> variables;
  private final Path folder;
  private final Waiting waiting = Waiting.real();

  /** One resource, as the stack reports it. */
  record Resource(String id, String type, String physicalId, String status) {}

  StackOnLocalStack(AwsTools tools, URI endpoint, Path folder) {
    this.tools = tools;
    this.folder = folder;
    this.variables =
        Map.of(
            "AWS_ENDPOINT_URL", endpoint.toString(),
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_REGION", "eu-west-1",
            "AWS_DEFAULT_REGION", "eu-west-1");
  }

  /** Packages, processes and creates the stack. Returns the template that it was created from. */
  JsonNode create() throws IOException, InterruptedException {
    aws("s3", "mb", "s3://" + BUCKET);
    Path packaged = folder.resolve("packaged.yaml");
    aws(
        "cloudformation",
        "package",
        "--template-file",
        Project.file("template.yaml").toString(),
        "--s3-bucket",
        BUCKET,
        "--output-template-file",
        packaged.toString());
    JsonNode template = processed(packaged);
    Path plain = folder.resolve("plain.json");
    Files.writeString(plain, template.toString());
    aws("s3", "cp", "--quiet", plain.toString(), "s3://" + BUCKET + "/plain.json");
    aws(
        "cloudformation",
        "create-stack",
        "--stack-name",
        NAME,
        "--template-url",
        variables.get("AWS_ENDPOINT_URL") + "/" + BUCKET + "/plain.json",
        "--capabilities",
        "CAPABILITY_NAMED_IAM",
        "--parameters",
        parameter("DeployerVersion", "1"),
        parameter("NotificationEmail", "operator@example.com"));
    awaitEnd();
    return template;
  }

  private static String parameter(String name, String value) {
    return "ParameterKey=" + name + ",ParameterValue=" + value;
  }

  private JsonNode processed(Path packaged) throws IOException, InterruptedException {
    Path file = folder.resolve("packaged.json");
    Files.writeString(file, Project.template(packaged).toString());
    AwsTools.Result result =
        AwsTools.run(
            Map.of("AWS_DEFAULT_REGION", "eu-west-1"),
            tools.program("python").toString(),
            Project.file("scripts/test.d/process-template.py").toString(),
            file.toString());
    must(result);
    return new ObjectMapper().readTree(result.text());
  }

  private void awaitEnd() throws IOException, InterruptedException {
    var end = waiting.now().plus(LIMIT);
    while (status().endsWith("_IN_PROGRESS")) {
      if (waiting.now().isAfter(end)) {
        throw new AssertionError("the stack is still " + status() + " after " + LIMIT);
      }
      waiting.pause(Duration.ofSeconds(3));
    }
  }

  String status() throws IOException, InterruptedException {
    return json("cloudformation", "describe-stacks", "--stack-name", NAME)
        .at("/Stacks/0/StackStatus")
        .asText();
  }

  /** The reasons of the resources that were not created. */
  List<String> failures() throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (JsonNode event :
        json("cloudformation", "describe-stack-events", "--stack-name", NAME).get("StackEvents")) {
      if (event.path("ResourceStatus").asText().endsWith("FAILED")) {
        failures.add(
            event.path("LogicalResourceId").asText()
                + ": "
                + event.path("ResourceStatusReason").asText());
      }
    }
    return failures;
  }

  /** The resources of the stack and of its nested stacks, by logical id. */
  Map<String, Resource> resources() throws IOException, InterruptedException {
    Map<String, Resource> resources = new TreeMap<>();
    collect(NAME, resources);
    return resources;
  }

  private void collect(String stack, Map<String, Resource> into)
      throws IOException, InterruptedException {
    for (JsonNode found :
        json("cloudformation", "describe-stack-resources", "--stack-name", stack)
            .get("StackResources")) {
      Resource resource =
          new Resource(
              found.get("LogicalResourceId").asText(),
              found.get("ResourceType").asText(),
              found.path("PhysicalResourceId").asText(),
              found.get("ResourceStatus").asText());
      into.put(resource.id(), resource);
      if (resource.type().equals("AWS::CloudFormation::Stack")) {
        collect(resource.physicalId(), into);
      }
    }
  }

  /** What a service answers. */
  JsonNode json(String... arguments) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(aws(arguments));
  }

  private String aws(String... arguments) throws IOException, InterruptedException {
    AwsTools.Result result =
        AwsTools.run(
            variables,
            Stream.concat(
                    Stream.of(tools.program("aws").toString(), "--output", "json"),
                    Stream.of(arguments))
                .toArray(String[]::new));
    must(result);
    return result.text();
  }

  private static void must(AwsTools.Result result) {
    if (result.exit() != 0) {
      throw new AssertionError(result.text());
    }
  }
}
