package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.fakes.FakeInstances;
import cryptorobot.deployer.fakes.FakeWaiting;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Notification;
import cryptorobot.deployer.ports.PowerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportOutcomeTest {

  private static final String INPUT =
      "{\"environment\": \"crypto-robot.local\", \"repository_url\": \"https://h/r\"}";
  private static final String STATUS =
      """
      {"release":"20261122T000000Z-1a2b3c4","revision":"1a2b3c4","mode":"live","protocol":"https",\
      "health":"healthy","locked_by":null,"armed":%s,"units":{}}""";

  private final FakeWaiting waiting = new FakeWaiting();
  private final FakeHostCommands commands = new FakeHostCommands();
  private final FakeInstances instances = new FakeInstances(waiting);
  private final List<Notification> published = new ArrayList<>();
  private ExecutionState before = new ExecutionState.Unknown();
  private final List<String> logged = new ArrayList<>();

  private JsonNode report(ExecutionState state, String eventStatus) {
    return Steps.call(
        function(execution -> execution.equals(Steps.EXECUTION) ? state : before),
        """
        {"version": "0", "id": "6f0a", "detail-type": "Step Functions Execution Status Change",
         "source": "aws.states", "account": "000000000000", "time": "2026-11-23T06:20:00Z",
         "region": "eu-west-1", "resources": ["%s"],
         "detail": {"executionArn": "%s", "status": "%s", "name": "run-1", "newField": 1}}"""
            .formatted(Steps.EXECUTION, Steps.EXECUTION, eventStatus));
  }

  private ReportOutcome function(Executions executions) {
    return new ReportOutcome(
        executions,
        _ -> List.of("a later one", Steps.EXECUTION, "the one before"),
        () -> new HostStatusReader(instances, new HostSteps(commands, Steps.DOCUMENTS, waiting)),
        new RobotMetrics("crypto-robot", logged::add),
        published::add,
        waiting);
  }

  private static ExecutionState.Finished ended(
      String status, String input, String output, String error, String cause) {
    String machine = "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-deploy";
    return new ExecutionState.Finished(status, machine, "run-1", input, output, error, cause);
  }

  private void running() {
    instances.with(new Instance("i-1", PowerState.RUNNING, Instant.EPOCH, "10.0.0.5"));
  }

  @Test
  void reportsASuccessFromItsOutputWithoutReadingTheInstance() {
    JsonNode report =
        report(
            ended(
                "SUCCEEDED",
                INPUT,
                "{\"outcome\":\"deployed\",\"release\":\"r\",\"mode\":\"simulation\",\"protocol\":\"http\"}",
                "",
                ""),
            "SUCCEEDED");
    assertEquals(
        "{\"execution\":\"%s\",\"status\":\"SUCCEEDED\",\"outcome\":\"deployed\",\"error\":\"\","
                .formatted(Steps.EXECUTION)
            + "\"cause\":\"\",\"environment\":\"crypto-robot.local\",\"operation\":\"deploy\","
            + "\"release\":\"r\",\"mode\":\"simulation\",\"protocol\":\"http\",\"serving\":null,"
            + "\"read_back\":false,\"next\":\"no action is required\"}",
        report.toString());
    assertEquals("crypto-robot.local: deploy deployed", published.getFirst().subject());
    assertEquals(report.toString(), published.getFirst().json());
  }

  @Test
  void reportsARollbackWithItsCause() {
    JsonNode report =
        report(ended("FAILED", INPUT, "", "RolledBack", "Unhealthy: it died"), "FAILED");
    assertEquals("RolledBack", report.get("outcome").asText());
    assertFalse(report.get("read_back").asBoolean());
    assertTrue(published.getFirst().text().contains("Cause: Unhealthy: it died\n"));
  }

  @Test
  void readsWhatServesAfterAnAbort() {
    running();
    commands.prints(STATUS.formatted("{\"release\":\"x\",\"at\":\"2026-11-23T07:00:00Z\"}"));
    JsonNode report = report(ended("ABORTED", INPUT, "", "", ""), "ABORTED");
    assertEquals("aborted", report.get("outcome").asText());
    assertEquals("20261122T000000Z-1a2b3c4", report.get("release").asText());
    assertEquals("live", report.get("serving").get("mode").asText());
    assertTrue(report.get("read_back").asBoolean());
    assertEquals(
        "release 20261122T000000Z-1a2b3c4 serves and is healthy; it is not confirmed and is rolled"
            + " back automatically at 2026-11-23T07:00:00Z; start again: the new execution takes"
            + " over the lock",
        report.get("next").asText());
  }

  @Test
  void readsWhatServesAfterATimeoutAndAFaultOfTheDefinition() {
    running();
    commands.prints(STATUS.formatted("null")).prints(STATUS.formatted("null"));
    assertEquals(
        "timed_out",
        report(ended("TIMED_OUT", INPUT, "", "States.Timeout", ""), "TIMED_OUT")
            .get("outcome")
            .asText());
    assertTrue(
        report(ended("FAILED", INPUT, "", "States.Runtime", "x"), "FAILED")
            .get("read_back")
            .asBoolean());
  }

  @Test
  void requiresManualInterventionIfTheStatusCannotBeRead() {
    JsonNode report = report(ended("ABORTED", INPUT, "", "", ""), "ABORTED");
    assertFalse(report.get("read_back").asBoolean());
    assertTrue(
        report
            .get("next")
            .asText()
            .startsWith("manual intervention is required: the status of the instance could not"),
        report::toString);
  }

  @Test
  void requiresManualInterventionAfterAFailedRollbackAndReportsWhatServes() {
    running();
    commands.prints(STATUS.formatted("null"));
    String next =
        report(ended("FAILED", INPUT, "", "RollbackFailed", "x"), "FAILED").get("next").asText();
    assertTrue(
        next.startsWith("manual intervention is required, the rollback failed too: release 2026"),
        next);
  }

  @Test
  void reportsTheEnvironmentOfARefusedRequest() {
    String input = "{\"environment\": \"crypto-robot.local\", \"prot\": 1}";
    JsonNode report = report(ended("FAILED", input, "", "RequestRefused", "x"), "FAILED");
    assertEquals("crypto-robot.local", report.get("environment").asText());
    assertEquals("crypto-robot.local: request RequestRefused", published.getFirst().subject());
  }

  @Test
  void reportsAnInputThatIsNotARequest() {
    JsonNode report = report(ended("FAILED", "[1]", "", "RequestRefused", "x"), "FAILED");
    assertEquals("", report.get("environment").asText());
    assertEquals("unknown environment: request RequestRefused", published.getFirst().subject());
  }

  @Test
  void makesTheSameReportForTheSameEvent() {
    ExecutionState ended = ended("FAILED", INPUT, "", "RolledBack", "x");
    assertEquals(report(ended, "FAILED"), report(ended, "FAILED"));
    assertEquals(published.getFirst(), published.getLast());
  }

  @Test
  void waitsALimitedTimeForTheServiceToReportTheEnd() {
    ExecutionState alive = new ExecutionState.Alive("RUNNING");
    assertThrows(AwsUnavailable.class, () -> report(alive, "FAILED"));
    assertEquals(List.of(), published);
  }

  @Test
  void refusesEventsThatDoNotReportAnEnd() {
    ExecutionState alive = new ExecutionState.Alive("RUNNING");
    assertThrows(InvalidRequest.class, () -> report(alive, "RUNNING"));
    assertThrows(
        InvalidRequest.class, () -> Steps.call(function(_ -> alive), "{\"source\": \"aws.ec2\"}"));
  }

  @Test
  void writesMetricsOfAReadStatusAndSendsNoNotification() {
    report(
        watched(
            "status",
            "SUCCEEDED",
            "{\"outcome\":\"status\",\"environment\":\"crypto-robot.local\",\"state\":\"running\","
                + "\"host\":{\"health\":\"unhealthy\",\"certificate_not_after\":\"2026-12-03T06:20:00Z\"}}",
            ""),
        "SUCCEEDED");
    assertEquals(List.of(), published, "an execution that only reads sends no notification");
    assertEquals(
        List.of(
            "{\"_aws\":{\"Timestamp\":1795414500000,\"CloudWatchMetrics\":[{\"Namespace\":\"CryptoRobot\","
                + "\"Dimensions\":[[\"Stack\",\"Environment\"]],\"Metrics\":[{\"Name\":\"RobotDown\",\"Unit\":\"Count\"},"
                + "{\"Name\":\"CertificateDaysLeft\",\"Unit\":\"Count\"}]}]},\"Stack\":\"crypto-robot\","
                + "\"Environment\":\"crypto-robot.local\",\"RobotDown\":1,\"CertificateDaysLeft\":10}"),
        logged);
  }

  @Test
  void sendsANotificationOfAPlanOnlyWhenItFailed() {
    report(watched("plan", "SUCCEEDED", "{\"outcome\":\"planned\"}", ""), "SUCCEEDED");
    assertEquals(List.of(), published, "an execution that only reads sends no notification");
    JsonNode report = report(watched("plan", "FAILED", "", "PlanFailed"), "FAILED");
    assertEquals("PlanFailed", report.get("outcome").asText());
    assertFalse(report.get("read_back").asBoolean(), "a plan touches nothing");
    assertEquals("crypto-robot.local: plan PlanFailed", published.getFirst().subject());
  }

  @Test
  void leavesTheNotificationOfAChangeOfHealthToTheWatch() {
    report(watched("FAILED", "", "Unhealthy"), "FAILED");
    assertEquals(List.of(), published, "NotifyChange has sent one");
    assertTrue(logged.getFirst().endsWith("\"RobotDown\":1}"), logged::toString);
    report(
        watched("SUCCEEDED", "{\"outcome\":\"healthy\",\"host\":{\"health\":\"healthy\"}}", ""),
        "SUCCEEDED");
    assertEquals(List.of(), published);
    assertTrue(logged.getLast().endsWith("\"RobotDown\":0}"), logged::toString);
  }

  @Test
  void notifiesThatAWatchCouldNotReadTheInstance() {
    JsonNode report = report(watched("FAILED", "", "WatchFailed"), "FAILED");
    assertFalse(report.get("read_back").asBoolean(), "the watch has just tried to read it");
    assertEquals("crypto-robot.local: check-health WatchFailed", published.getFirst().subject());
    assertEquals(List.of(), logged);
  }

  @Test
  void notifiesOnceThatTheWatchCannotReadTheInstance() {
    before = watched("FAILED", "", "WatchFailed");
    report(watched("FAILED", "", "WatchFailed"), "FAILED");
    assertEquals(List.of(), published, "the watch before failed in the same way");
    before = watched("FAILED", "", "Unhealthy");
    report(watched("FAILED", "", "WatchFailed"), "FAILED");
    assertEquals(1, published.size(), "the watch before could read the instance");
  }

  private static ExecutionState.Finished watched(String status, String output, String error) {
    return watched("check-health", status, output, error);
  }

  private static ExecutionState.Finished watched(
      String operation, String status, String output, String error) {
    return new ExecutionState.Finished(
        status,
        "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-watch",
        "run-1",
        "{\"environment\": \"crypto-robot.local\", \"operation\": \"%s\"}".formatted(operation),
        output,
        error,
        "");
  }

  @Test
  void writesNoMetricsForAStoppedInstance() {
    report(
        watched(
            "status",
            "SUCCEEDED",
            "{\"outcome\":\"stopped\",\"environment\":\"crypto-robot.local\",\"state\":\"stopped\"}",
            ""),
        "SUCCEEDED");
    assertEquals(List.of(), logged);
  }
}
