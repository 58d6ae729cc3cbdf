package cryptorobot.deployer.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Notification;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sns.SnsClient;

class OtherAdaptersTest {

  private final FakeAws aws = new FakeAws();
  private final SecretsManagerSecrets secrets =
      new SecretsManagerSecrets(
          aws.clients().once(SecretsManagerClient.builder(), "SECRETS_MANAGER"));
  private final SfnExecutions executions =
      new SfnExecutions(aws.clients().once(SfnClient.builder(), "SFN"));

  @AfterEach
  void close() {
    aws.close();
  }

  @Test
  void theCurrentVersionIsTheOneWithTheStage() {
    aws.answer("{\"VersionIdsToStages\":{\"v1\":[\"AWSPREVIOUS\"],\"v2\":[\"x\",\"AWSCURRENT\"]}}");
    assertEquals("v2", secrets.currentVersion("a/keys"));
  }

  @Test
  void aMissingOrDeletedSecretHasNoVersion() {
    aws.error(400, "ResourceNotFoundException")
        .answer("{\"DeletedDate\":1795414500,\"VersionIdsToStages\":{\"v1\":[\"AWSCURRENT\"]}}");
    assertEquals("", secrets.currentVersion("a/keys"));
    assertEquals("", secrets.currentVersion("a/keys"));
  }

  /** IAM may also deny access to a missing secret. The list then decides whether it exists. */
  @Test
  void aSecretWithDeniedAccessThatIsNotListedHasNoVersion() {
    aws.error(400, "AccessDeniedException")
        .answer("{\"SecretList\":[{\"Name\":\"a/keys-of-another\"}],\"NextToken\":\"2\"}")
        .answer("{\"SecretList\":[{\"Name\":\"a/keys2\"}]}");
    assertEquals("", secrets.currentVersion("a/keys"));
    String request = aws.requests().get(1);
    assertTrue(request.contains("{\"Key\":\"name\",\"Values\":[\"a/keys\"]}"), request);
    assertEquals(3, aws.requests().size(), "all pages are read");
  }

  @Test
  void aSecretWithDeniedAccessThatIsListedIsDenied() {
    aws.error(400, "AccessDeniedException")
        .answer("{\"SecretList\":[{\"Name\":\"a/keys2\"}],\"NextToken\":\"2\"}")
        .answer("{\"SecretList\":[{\"Name\":\"a/keys\"}]}");
    DeploymentFailure thrown =
        assertThrows(DeploymentFailure.class, () -> secrets.currentVersion("a/keys"));
    assertInstanceOf(AccessDenied.class, thrown);
    assertTrue(thrown.getMessage().contains("DescribeSecret"), thrown::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, AwsUnavailable",
    "500, InternalServiceError, AwsUnavailable",
    "400, AccessDeniedException, AccessDenied",
  })
  void aFailedListDoesNotProveThatASecretIsMissing(int status, String code, String failure) {
    aws.error(400, "AccessDeniedException").error(status, code);
    DeploymentFailure thrown =
        assertThrows(DeploymentFailure.class, () -> secrets.currentVersion("a/keys"));
    assertEquals(failure, thrown.getClass().getSimpleName());
    assertTrue(thrown.getMessage().contains("ListSecrets"), thrown::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException, AwsUnavailable",
    "500, InternalServiceError, AwsUnavailable",
    "400, InvalidParameterException, KeysUnreadable",
  })
  void anErrorOtherThanADenialNeverMeansAMissingVersion(int status, String code, String failure) {
    aws.error(status, code).answer("{\"SecretList\":[]}");
    DeploymentFailure thrown =
        assertThrows(DeploymentFailure.class, () -> secrets.currentVersion("a/keys"));
    assertEquals(failure, thrown.getClass().getSimpleName());
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, Finished",
    "FAILED, Finished",
    "TIMED_OUT, Finished",
    "ABORTED, Finished",
    "RUNNING, Alive",
    "PENDING_REDRIVE, Alive",
    "SOMETHING_NEW, Alive"
  })
  void onlyAnEndedExecutionHasFinished(String status, String state) {
    aws.answer("{\"status\":\"" + status + "\",\"name\":\"n\"}");
    assertEquals(state, executions.describe("arn").getClass().getSimpleName());
  }

  @Test
  void listsTheLatestExecutionsOfAMachine() {
    aws.answer("{\"executions\":[{\"executionArn\":\"newer\"},{\"executionArn\":\"older\"}]}");
    assertEquals(List.of("newer", "older"), executions.of("arn"));
  }

  @Test
  void aMissingExecutionIsUnknownAndAnOutageIsNot() {
    aws.error(400, "ExecutionDoesNotExist").error(400, "InvalidArn").error(500, "InternalError");
    assertEquals(new ExecutionState.Unknown(), executions.describe("arn"));
    assertEquals(new ExecutionState.Unknown(), executions.describe("nonsense"));
    assertThrows(AwsUnavailable.class, () -> executions.describe("arn"));
  }

  @Test
  void aNotificationIsTextForPeopleAndJsonForPrograms() {
    aws.answer(
        "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>");
    new SnsNotifier(aws.clients().once(SnsClient.builder(), "SNS"), "arn:topic")
        .publish(
            new Notification("a.local: deploy deployed", "No action is required.\n", "{\"a\":1}"));
    String request = URLDecoder.decode(aws.requests().getFirst(), StandardCharsets.UTF_8);
    assertTrue(request.contains("MessageStructure=json"), request);
    assertTrue(request.contains("\"default\":\"No action is required.\\n\""), request);
    assertTrue(request.contains("\"lambda\":\"{\\\"a\\\":1}\""), request);
  }

  @Test
  void theEndpointOfAServiceOverridesTheCommonOne() {
    AwsClients clients =
        new AwsClients(
            Map.of(
                "AWS_REGION", "eu-west-1",
                "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
                "AWS_ENDPOINT_URL_SFN", "http://127.0.0.1:2"));
    try (SfnClient sfn = clients.once(SfnClient.builder(), "SFN")) {
      assertEquals(
          "http://127.0.0.1:2",
          sfn.serviceClientConfiguration().endpointOverride().orElseThrow().toString());
    }
  }

  @Test
  void aRegionIsRequired() {
    assertThrows(
        IllegalStateException.class,
        () -> new AwsClients(Map.of()).once(SfnClient.builder(), "SFN"));
  }
}
