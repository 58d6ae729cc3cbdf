package cryptorobot.deployer.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.aws.Adapters;
import cryptorobot.deployer.definition.DefinitionRun;
import cryptorobot.deployer.ports.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.StateEnteredEventDetails;

/**
 * deploy.asl.yaml, and the status and the plan of watch.asl.yaml, in another interpreter:
 * LocalStack's, with mocked functions. With the same answers it must enter the same states and end
 * with the same output, error and cause.
 */
@Tag("localstack")
@ExtendWith(LocalStackParameter.class)
final class LocalStackRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REGION = "us-east-1";
  private static final int LOOKS = 480;

  private final Waiting waiting = Waiting.real();
  private SfnClient states;

  @BeforeEach
  void install(LocalStack localStack) throws Exception {
    var endpoint = localStack.endpointWithMocks();
    states =
        new Adapters(endpoint, REGION, AwsBasicCredentials.create("test", "test"))
            .client(SfnClient.builder());
  }

  /** Creating the same machine again returns the existing one. */
  private String install(Route route, Definition definition) {
    return states
        .createStateMachine(
            create ->
                create
                    .name(MockConfig.name(route.machine))
                    .definition(definition.json())
                    .roleArn("arn:aws:iam::000000000000:role/crypto-robot-deploy"))
        .stateMachineArn();
  }

  // A method for each route, so that the report names the routes that did not run.

  @Test
  void deployed() throws Exception {
    isTheSame(Route.DEPLOYED);
  }

  @Test
  void deployedAtTheSecondAttempt() throws Exception {
    isTheSame(Route.DEPLOYED_AT_THE_SECOND_ATTEMPT);
  }

  @Test
  void nothingToDo() throws Exception {
    isTheSame(Route.NOTHING_TO_DO);
  }

  @Test
  void requestRefused() throws Exception {
    isTheSame(Route.REQUEST_REFUSED);
  }

  @Test
  void locked() throws Exception {
    isTheSame(Route.LOCKED);
  }

  @Test
  void inspectionFailed() throws Exception {
    isTheSame(Route.INSPECTION_FAILED);
  }

  @Test
  void discardedAfterFetch() throws Exception {
    isTheSame(Route.DISCARDED_AFTER_FETCH);
  }

  @Test
  void discardedForTheCertificate() throws Exception {
    isTheSame(Route.DISCARDED_FOR_THE_CERTIFICATE);
  }

  @Test
  void discardedForTheKeys() throws Exception {
    isTheSame(Route.DISCARDED_FOR_THE_KEYS);
  }

  @Test
  void rolledBack() throws Exception {
    isTheSame(Route.ROLLED_BACK);
  }

  @Test
  void rolledBackByTheDeadMan() throws Exception {
    isTheSame(Route.ROLLED_BACK_BY_THE_DEAD_MAN);
  }

  @Test
  void rollbackFailed() throws Exception {
    isTheSame(Route.ROLLBACK_FAILED);
  }

  @Test
  void firstDeployBroken() throws Exception {
    isTheSame(Route.FIRST_DEPLOY_BROKEN);
  }

  @Test
  void rollbackRequested() throws Exception {
    isTheSame(Route.ROLLBACK_REQUESTED);
  }

  @Test
  void certificateRotated() throws Exception {
    isTheSame(Route.CERTIFICATE_ROTATED);
  }

  @Test
  void restarted() throws Exception {
    isTheSame(Route.RESTARTED);
  }

  @Test
  void restartFailed() throws Exception {
    isTheSame(Route.RESTART_FAILED);
  }

  @Test
  void planned() throws Exception {
    isTheSame(Route.PLANNED);
  }

  @Test
  void statusRead() throws Exception {
    isTheSame(Route.STATUS_READ);
  }

  @Test
  void stopped() throws Exception {
    isTheSame(Route.STOPPED);
  }

  @Test
  void powerRestored() throws Exception {
    isTheSame(Route.POWER_RESTORED);
  }

  private void isTheSame(Route route) throws Exception {
    DefinitionRun local = route.run();
    Definition definition = Definition.read(route.machine);
    String arn = start(route, install(route, definition));
    DescribeExecutionResponse remote = ended(arn);
    assertEquals(definition.byFlow(local.states()), definition.byFlow(entered(arn)));
    assertEquals(local.ended().status().name(), remote.statusAsString());
    assertEquals(local.ended().error(), Optional.ofNullable(remote.error()));
    assertEquals(local.ended().cause(), Optional.ofNullable(remote.cause()));
    assertEquals(local.ended().output(), output(remote));
  }

  /** The name behind the machine's ARN chooses a test case of the mock configuration. */
  private String start(Route route, String machine) {
    return states
        .startExecution(
            start ->
                start
                    .stateMachineArn(machine + "#" + route.name())
                    .name(route.name().toLowerCase(Locale.ROOT))
                    .input(DefinitionRun.INPUT))
        .executionArn();
  }

  private DescribeExecutionResponse ended(String arn) {
    for (int look = 0; look < LOOKS; look++) {
      DescribeExecutionResponse seen = states.describeExecution(get -> get.executionArn(arn));
      if (seen.status() != ExecutionStatus.RUNNING) {
        return seen;
      }
      // LocalStack sends no event of an end.
      waiting.pause(Duration.ofMillis(250));
    }
    throw new AssertionError(arn + " has not ended after two minutes; it entered " + entered(arn));
  }

  private List<String> entered(String arn) {
    return states.getExecutionHistoryPaginator(get -> get.executionArn(arn)).events().stream()
        .flatMap(event -> Optional.ofNullable(event.stateEnteredEventDetails()).stream())
        .map(StateEnteredEventDetails::name)
        .toList();
  }

  private static Optional<JsonNode> output(DescribeExecutionResponse execution) throws Exception {
    return execution.output() == null
        ? Optional.empty()
        : Optional.of(JSON.readTree(execution.output()));
  }
}
