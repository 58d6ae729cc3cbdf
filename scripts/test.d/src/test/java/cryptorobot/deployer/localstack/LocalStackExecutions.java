package cryptorobot.deployer.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.aws.Adapters;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.StateEnteredEventDetails;

/** Executions of our machines in LocalStack's Step Functions. */
final class LocalStackExecutions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Waiting waiting = Waiting.real();
  private final SfnClient states;

  /** How an execution ended, and the states that it entered. */
  record Run(
      String status,
      Optional<String> error,
      Optional<String> cause,
      Optional<JsonNode> output,
      List<String> entered) {}

  LocalStackExecutions(URI endpoint, String region) {
    states =
        new Adapters(endpoint, region, AwsBasicCredentials.create("test", "test"))
            .client(SfnClient.builder());
  }

  /** Runs a machine to its end, without mocks. */
  Run run(String machine, Definition definition, String input) throws IOException {
    return run(install(machine, definition), "run-" + UUID.randomUUID(), input);
  }

  /** Runs a machine to its end with the answers of a test case of the mock configuration. */
  Run mocked(String machine, Definition definition, String testCase, String name, String input)
      throws IOException {
    return run(install(machine, definition) + "#" + testCase, name, input);
  }

  /** Creating the same machine again returns the existing one. */
  private String install(String machine, Definition definition) {
    return states
        .createStateMachine(
            create ->
                create
                    .name(MockConfig.name(machine))
                    .definition(definition.json())
                    .roleArn("arn:aws:iam::000000000000:role/crypto-robot-deploy"))
        .stateMachineArn();
  }

  private Run run(String machine, String name, String input) throws IOException {
    String arn =
        states
            .startExecution(start -> start.stateMachineArn(machine).name(name).input(input))
            .executionArn();
    DescribeExecutionResponse ended = ended(arn);
    return new Run(
        ended.statusAsString(),
        Optional.ofNullable(ended.error()),
        Optional.ofNullable(ended.cause()),
        ended.output() == null ? Optional.empty() : Optional.of(JSON.readTree(ended.output())),
        entered(arn));
  }

  private DescribeExecutionResponse ended(String arn) {
    var end = waiting.now().plus(LIMIT);
    while (true) {
      DescribeExecutionResponse seen = states.describeExecution(get -> get.executionArn(arn));
      if (seen.status() != ExecutionStatus.RUNNING) {
        return seen;
      }
      if (waiting.now().isAfter(end)) {
        throw new AssertionError(arn + " runs after " + LIMIT + "; it entered " + entered(arn));
      }
      // LocalStack sends no event of an end.
      waiting.pause(Duration.ofMillis(250));
    }
  }

  private List<String> entered(String arn) {
    return states.getExecutionHistoryPaginator(get -> get.executionArn(arn)).events().stream()
        .flatMap(event -> Optional.ofNullable(event.stateEnteredEventDetails()).stream())
        .map(StateEnteredEventDetails::name)
        .toList();
  }
}
