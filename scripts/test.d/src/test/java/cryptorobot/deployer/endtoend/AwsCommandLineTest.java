package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AWS's own command line as a client of the local cloud. */
@Tag("instance")
class AwsCommandLineTest {
  private static final String MACHINE =
      "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot_command-line-local-watch";

  @TempDir private Path folder;

  @Test
  void theAwsCliWorksWithTheLocalCloud() throws Exception {
    assumeTrue(isThere(), "this machine has no aws command");
    var environment = new TestEnvironment("command-line.local", Robot.in(folder.resolve("robot")));
    environment.deploy().exits(0);

    String input = "{\"environment\": \"" + environment.name() + "\", \"operation\": \"status\"}";
    String execution =
        aws("stepfunctions", "start-execution", "--state-machine-arn", MACHINE, "--input", input)
            .path("executionArn")
            .asText();
    LocalCommand.run("follow", execution).exits(0);
    JsonNode described = aws("stepfunctions", "describe-execution", "--execution-arn", execution);
    assertEquals("SUCCEEDED", described.path("status").asText(), described::toString);
    JsonNode events =
        aws("stepfunctions", "get-execution-history", "--execution-arn", execution).path("events");
    assertEquals("ExecutionStarted", events.path(0).path("type").asText());
    assertEquals("ExecutionSucceeded", events.path(events.size() - 1).path("type").asText());

    JsonNode instances =
        aws(
            "ec2",
            "describe-instances",
            "--filters",
            "Name=tag:crypto-robot:environment,Values=" + environment.name());
    assertEquals(
        environment.status().path("instance_id").asText(),
        instances.at("/Reservations/0/Instances/0/InstanceId").asText(),
        instances::toString);
    JsonNode secret =
        aws(
            "secretsmanager",
            "describe-secret",
            "--secret-id",
            "crypto-robot/" + environment.name() + "/certificate");
    assertTrue(secret.has("VersionIdsToStages"), secret::toString);
  }

  private static boolean isThere() throws InterruptedException {
    try {
      return new ProcessBuilder("aws", "--version").redirectErrorStream(true).start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static JsonNode aws(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("aws", "--output", "json", "--region", "eu-west-1"));
    command.addAll(List.of("--endpoint-url", "http://127.0.0.1:" + System.getenv("LOCAL_PORT")));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(LocalAws.variables());
    Process aws = builder.redirectErrorStream(true).start();
    String output = new String(aws.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, aws.waitFor(), () -> command + ": " + output);
    return TestEnvironment.parse(output);
  }
}
