package cryptorobot.deployer.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ssm.SsmClient;

class SsmHostCommandsTest {

  private static final HostCommand COMMAND =
      new HostCommand("crypto-robot-fetch-0", "i-1", "run-1/fetch/3", Map.of("Branch", "main"));

  private final FakeAws aws = new FakeAws();
  private final SsmHostCommands commands =
      new SsmHostCommands(aws.clients().once(SsmClient.builder(), "SSM"));

  @AfterEach
  void close() {
    aws.close();
  }

  @Test
  void sendsTheCommandWithItsCommentAndDeliveryTimeout() {
    aws.answer("{\"Command\":{\"CommandId\":\"c-1\"}}");
    assertEquals("c-1", commands.send(COMMAND));
    String request = aws.requests().getFirst();
    assertTrue(request.contains("\"Comment\":\"run-1/fetch/3\""), request);
    assertTrue(request.contains("\"TimeoutSeconds\":60"), request);
    assertTrue(request.contains("\"Parameters\":{\"Branch\":[\"main\"]}"), request);
  }

  @ParameterizedTest
  @CsvSource({
    "400, InvalidInstanceId, HostUnreachable",
    "400, InvalidParameters, InvalidParameter",
    "400, MaxDocumentSizeExceeded, InvalidParameter",
    "400, InvalidDocument, StepFailed",
    "400, UnsupportedPlatformType, InstanceUnusable",
    "400, AccessDeniedException, AccessDenied",
    "400, ExpiredTokenException, AccessDenied",
    "400, ThrottlingException, AwsUnavailable",
    "500, InternalServerError, AwsUnavailable",
    "503, ServiceUnavailable, AwsUnavailable",
    "400, SomethingNew, StepFailed",
  })
  void translatesEveryErrorIntoAFailure(int status, String code, String failure) {
    aws.error(status, code);
    DeploymentFailure thrown = assertThrows(DeploymentFailure.class, () -> commands.send(COMMAND));
    assertEquals(failure, thrown.getClass().getSimpleName(), thrown::getMessage);
    assertEquals(1, aws.requests().size(), "a command was sent more than once");
  }

  @Test
  void includesTheMessageOfAws() {
    aws.error(400, "AccessDeniedException");
    AccessDenied denied = assertThrows(AccessDenied.class, () -> commands.send(COMMAND));
    assertTrue(
        denied.getMessage().startsWith("ssm:SendCommand: AccessDeniedException: the reason"),
        denied::getMessage);
  }

  @Test
  void anUnreachableEndpointIsAnOutage() {
    aws.close();
    assertThrows(AwsUnavailable.class, () -> commands.state("c-1", "i-1"));
  }

  @Test
  void findsItsNewestCommandOnAnyPage() {
    aws.answer(
            """
            {"Commands":[{"CommandId":"c-2","Comment":"run-1/fetch/3","RequestedDateTime":1795415700.5},
             {"CommandId":"c-9","Comment":"run-2/fetch/3","RequestedDateTime":1795415800}],"NextToken":"n"}""")
        .answer(
            """
            {"Commands":[{"CommandId":"c-1","Comment":"run-1/fetch/3","RequestedDateTime":1795415600}]}""");
    Instant since = Instant.parse("2026-11-23T06:15:00.5Z");
    assertEquals(Optional.of("c-2"), commands.find("i-1", "run-1/fetch/3", since));
    String request = aws.requests().getFirst();
    assertTrue(request.contains("\"InstanceId\":\"i-1\""), request);
    assertTrue(request.contains("{\"key\":\"InvokedAfter\",\"value\":\"2026-11-23T06:15:00Z\"}"));
    assertEquals(2, aws.requests().size());
  }

  @ParameterizedTest
  @CsvSource({
    "Pending, Pending, Running",
    "InProgress, In Progress, Running",
    "Delayed, Delayed, Running",
    "Cancelling, Cancelling, Running",
    "Success, Success, Ended",
    "Failed, Failed, Ended",
    "TimedOut, Delivery Timed Out, Undelivered",
    "TimedOut, DeliveryTimedOut, Undelivered",
    "Failed, Undeliverable, Undelivered",
    "TimedOut, Execution Timed Out, TimedOut",
    "TimedOut, '', TimedOut",
    "Failed, Terminated, Stopped",
    "Failed, Invalid Platform, Stopped",
    "Failed, Access Denied, Stopped",
    "Cancelled, Cancelled, Stopped",
  })
  void readsEveryStatusWithAndWithoutSpaces(String status, String details, String state) {
    aws.answer(
        "{\"Status\":\"%s\",\"StatusDetails\":\"%s\",\"ResponseCode\":-1}"
            .formatted(status, details));
    assertEquals(state, commands.state("c-1", "i-1").getClass().getSimpleName());
  }

  @Test
  void returnsCodeAndOutput() {
    aws.answer(
        """
        {"Status":"Failed","StatusDetails":"Failed","ResponseCode":41,
         "StandardOutputContent":"{}\\n","StandardErrorContent":"no"}""");
    assertEquals(new CommandState.Ended(41, "{}\n", "no"), commands.state("c-1", "i-1"));
  }

  @Test
  void doesNotReportALostScriptAsEndedWith1() {
    aws.answer(
            """
            {"Status":"Failed","StatusDetails":"Failed","ResponseCode":1,
             "StandardOutputContent":"","StandardErrorContent":""}""")
        .answer("{\"Status\":\"Failed\",\"StatusDetails\":\"Failed\",\"ResponseCode\":1}");
    assertEquals(new CommandState.Lost(), commands.state("c-1", "i-1"));
    assertEquals(new CommandState.Lost(), commands.state("c-1", "i-1"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 'failed to run commands: exit status 1', ''",
    "41, 'no such package\nfailed to run commands: exit status 41', 'no such package\n'",
    "-1, 'Killedfailed to run commands: signal: killed', Killed",
    "2, 'failed to run commands: exit status 2\nand more', 'failed to run commands: exit status 2\nand more'",
  })
  void removesTheLineThatTheAgentAppendsToTheErrors(int code, String errors, String rest) {
    aws.answer(
        Json.object()
            .put("Status", "Failed")
            .put("StatusDetails", "Failed")
            .put("ResponseCode", code)
            .put("StandardErrorContent", errors.replace("\\n", "\n"))
            .toString());
    assertEquals(
        new CommandState.Ended(code, "", rest.replace("\\n", "\n")), commands.state("c-1", "i-1"));
  }

  @ParameterizedTest
  @CsvSource({
    "137, PT59.5S, PT59.5S",
    "137, PT1H0.2S, PT1H0.2S",
    "137, '', PT0S",
    "137, a while, PT0S",
    "-1, PT60S, ",
  })
  void returnsTheTimeAfterWhichAScriptWasKilled(int code, String elapsed, Duration killedAfter) {
    aws.answer(
        """
        {"Status":"TimedOut","StatusDetails":"ExecutionTimedOut","ResponseCode":%d,
         "ExecutionElapsedTime":"%s"}"""
            .formatted(code, elapsed));
    assertEquals(
        new CommandState.TimedOut("ExecutionTimedOut", Optional.ofNullable(killedAfter)),
        commands.state("c-1", "i-1"));
  }

  @Test
  void treatsACommandThatIsNotListedYetAsRunning() {
    aws.error(400, "InvocationDoesNotExist");
    assertEquals(new CommandState.Running(), commands.state("c-1", "i-1"));
  }
}
