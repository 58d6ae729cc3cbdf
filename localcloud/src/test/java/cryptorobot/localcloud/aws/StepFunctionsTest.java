package cryptorobot.localcloud.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;
import software.amazon.awssdk.services.sfn.model.InvalidArnException;
import software.amazon.awssdk.services.sfn.model.InvalidDefinitionException;
import software.amazon.awssdk.services.sfn.model.InvalidExecutionInputException;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.StateMachineAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.StateMachineListItem;

final class StepFunctionsTest {
  private static final String ROLE = "arn:aws:iam::000000000000:role/test";
  private static final String TASK =
      """
      {"QueryLanguage": "JSONata", "StartAt": "Greet", "States": {
        "Greet": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
          "Arguments": {"FunctionName": "greet", "Payload": {"name": "{% $states.input.name %}"}},
          "Output": "{% $states.result.Payload %}", "End": true}}}
      """;
  private static final String NESTED =
      """
      {"QueryLanguage": "JSONata", "StartAt": "Start", "States": {
        "Start": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
          "TimeoutSeconds": 600,
          "Arguments": {"StateMachineArn": "%s", "Name": "{%% $states.context.Execution.Name & '-inner' %%}",
            "Input": {"name": "Ada"}},
          "End": true}}}
      """;
  private static final String FAILS =
      """
      {"QueryLanguage": "JSONata", "StartAt": "No", "States": {
        "No": {"Type": "Fail", "Error": "NotToday", "Cause": "it rains"}}}
      """;

  @TempDir Path state;
  private TestCloud test;
  private SfnClient client;
  private CountDownLatch held;

  @BeforeEach
  void start() throws Exception {
    held = new CountDownLatch(1);
    test =
        new TestCloud(
            state,
            new ManualClock(),
            Map.of(),
            Map.of(
                "greet",
                StepFunctionsTest::greet,
                "hold",
                _ -> {
                  held.await();
                  return new InvocationResult.Returned(bytes("{}"));
                }));
    client = test.client(SfnClient.builder());
  }

  @AfterEach
  void stop() {
    held.countDown();
    test.close();
  }

  private static InvocationResult greet(byte[] payload) {
    String name = field(payload, "name");
    return name.isEmpty()
        ? new InvocationResult.Unhandled(
            bytes(
                "{\"errorMessage\":\"no name\",\"errorType\":\"cryptorobot.deployer.failure.Nameless\"}"))
        : new InvocationResult.Returned(bytes("\"hello " + name + "\""));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String field(byte[] json, String name) {
    try {
      return AwsJson.parse(json).path(name).asText();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private String create(String name, String definition) {
    return client
        .createStateMachine(r -> r.name(name).definition(definition).roleArn(ROLE))
        .stateMachineArn();
  }

  private String run(String machine, String name, String input) {
    return client
        .startExecution(r -> r.stateMachineArn(machine).name(name).input(input))
        .executionArn();
  }

  @Test
  void runsAStateMachineAndReturnsItsHistory() throws Exception {
    String machine = create("greeting", TASK);
    assertEquals("arn:aws:states:eu-west-1:000000000000:stateMachine:greeting", machine);
    String execution = run(machine, "one", "{\"name\": \"Ada\"}");
    assertEquals("arn:aws:states:eu-west-1:000000000000:execution:greeting:one", execution);
    test.awaitReport();

    var done = client.describeExecution(r -> r.executionArn(execution));
    assertEquals(ExecutionStatus.SUCCEEDED, done.status());
    assertEquals("\"hello Ada\"", done.output());
    assertEquals("{\"name\": \"Ada\"}", done.input(), "the input as it was sent");
    assertEquals(test.clock.now(), done.stopDate());

    List<HistoryEventType> types =
        client.getExecutionHistory(r -> r.executionArn(execution)).events().stream()
            .map(HistoryEvent::type)
            .toList();
    assertEquals(
        List.of(
            HistoryEventType.EXECUTION_STARTED,
            HistoryEventType.TASK_STATE_ENTERED,
            HistoryEventType.TASK_SCHEDULED,
            HistoryEventType.TASK_STARTED,
            HistoryEventType.TASK_SUCCEEDED,
            HistoryEventType.TASK_STATE_EXITED,
            HistoryEventType.EXECUTION_SUCCEEDED),
        types);
  }

  @Test
  void listsStateMachinesInPages() {
    String greeting = create("greeting", TASK);
    String failing = create("failing", FAILS);
    String holding = create("holding", TASK.replace("\"greet\"", "\"hold\""));

    var first = client.listStateMachines(r -> r.maxResults(2));
    assertEquals(2, first.stateMachines().size());
    assertEquals("failing", first.stateMachines().getFirst().name());
    assertEquals("STANDARD", first.stateMachines().getFirst().typeAsString());
    assertEquals(test.clock.now(), first.stateMachines().getFirst().creationDate());
    assertEquals(
        List.of(failing, greeting, holding),
        client.listStateMachinesPaginator(r -> r.maxResults(2)).stream()
            .flatMap(page -> page.stateMachines().stream())
            .map(StateMachineListItem::stateMachineArn)
            .toList());
  }

  @Test
  void pagesAndReversesTheHistory() throws Exception {
    String execution = run(create("greeting", TASK), "one", "{\"name\": \"Ada\"}");
    test.awaitReport();

    var pages =
        client.getExecutionHistoryPaginator(
            r -> r.executionArn(execution).maxResults(3).reverseOrder(true));
    List<Long> ids = pages.events().stream().map(HistoryEvent::id).toList();
    assertEquals(List.of(7L, 6L, 5L, 4L, 3L, 2L, 1L), ids);
    var bare =
        client.getExecutionHistory(r -> r.executionArn(execution).includeExecutionData(false));
    assertEquals(null, bare.events().getFirst().executionStartedEventDetails().input());
    assertEquals(ROLE, bare.events().getFirst().executionStartedEventDetails().roleArn());
  }

  @Test
  void failsWithTheNameOfTheExceptionOfTheFunction() throws Exception {
    String execution = run(create("greeting", TASK), "one", "{\"name\": \"\"}");
    JsonNode event = AwsJson.parse(test.awaitReport());

    var done = client.describeExecution(r -> r.executionArn(execution));
    assertEquals(ExecutionStatus.FAILED, done.status());
    assertEquals("cryptorobot.deployer.failure.Nameless", done.error());
    assertEquals("no name", AwsJson.parse(done.cause()).path("errorMessage").asText());

    assertEquals("Step Functions Execution Status Change", event.path("detail-type").asText());
    assertEquals("aws.states", event.path("source").asText());
    assertEquals("FAILED", event.path("detail").path("status").asText());
    assertEquals(execution, event.path("detail").path("executionArn").asText());
    assertEquals(
        test.clock.now().toEpochMilli(), event.path("detail").path("stopDate").longValue());
  }

  @Test
  void reportsAMissingFunctionAsStepFunctionsDoes() throws Exception {
    String execution =
        run(create("lost", TASK.replace("\"greet\"", "\"nobody\"")), "one", "{\"name\": \"A\"}");
    test.awaitReport();
    assertEquals(
        "Lambda.ResourceNotFoundException",
        client.describeExecution(r -> r.executionArn(execution)).error());
  }

  @Test
  void startsTheSameExecutionOnce() throws Exception {
    String machine = create("holding", TASK.replace("\"greet\"", "\"hold\""));
    String first = run(machine, "one", "{\"name\": \"Ada\"}");
    assertEquals(first, run(machine, "one", "{\"name\": \"Ada\"}"), "same name, same input");
    assertThrows(
        ExecutionAlreadyExistsException.class, () -> run(machine, "one", "{\"name\": \"Eve\"}"));

    held.countDown();
    test.awaitReport();
    assertThrows(
        ExecutionAlreadyExistsException.class, () -> run(machine, "one", "{\"name\": \"Ada\"}"));
    assertEquals(1, client.listExecutions(r -> r.stateMachineArn(machine)).executions().size());
  }

  @Test
  void stopsAnExecution() throws Exception {
    String machine = create("holding", TASK.replace("\"greet\"", "\"hold\""));
    String execution = run(machine, "one", "{\"name\": \"Ada\"}");
    client.stopExecution(r -> r.executionArn(execution).error("Stopped").cause("by a test"));

    assertTrue(test.awaitReport().contains("ABORTED"));
    var done = client.describeExecution(r -> r.executionArn(execution));
    assertEquals(ExecutionStatus.ABORTED, done.status());
    assertEquals("by a test", done.cause());
    assertEquals(
        1,
        client
            .listExecutions(r -> r.stateMachineArn(machine).statusFilter(ExecutionStatus.ABORTED))
            .executions()
            .size());
  }

  @Test
  void refusesWhatAwsRefuses() {
    assertThrows(InvalidDefinitionException.class, () -> create("bad", "{\"StartAt\": 1}"));
    String machine = create("greeting", TASK);
    assertEquals(machine, create("greeting", TASK), "an identical request is not an error");
    assertThrows(StateMachineAlreadyExistsException.class, () -> create("greeting", FAILS));
    assertThrows(InvalidExecutionInputException.class, () -> run(machine, "x", "{nonsense"));
    assertThrows(InvalidArnException.class, () -> run("greeting", "x", "{}"));
    assertThrows(StateMachineDoesNotExistException.class, () -> run(machine + "2", "x", "{}"));
    assertThrows(
        ExecutionDoesNotExistException.class,
        () ->
            client.describeExecution(
                r ->
                    r.executionArn("arn:aws:states:eu-west-1:000000000000:execution:greeting:no")));
    var large =
        assertThrows(
            SfnException.class, () -> run(machine, "x", "\"" + "a".repeat(262_145) + "\""));
    assertEquals("ValidationException", large.awsErrorDetails().errorCode());
    var unknown = assertThrows(SfnException.class, () -> client.listActivities());
    assertEquals("UnknownOperationException", unknown.awsErrorDetails().errorCode());
  }

  /** Waits until the outer execution has ended, after the inner one. */
  private String nested(String inner) throws Exception {
    String execution = run(create("outer", NESTED.formatted(inner)), "one", "{}");
    test.awaitReport();
    test.awaitReport();
    return execution;
  }

  @Test
  void startsAnExecutionAndWaitsForItsOutput() throws Exception {
    String execution = nested(create("greeting", TASK));
    JsonNode output =
        AwsJson.parse(bytes(client.describeExecution(r -> r.executionArn(execution)).output()));
    assertEquals("hello Ada", output.path("Output").asText(), output::toString);
    assertEquals("SUCCEEDED", output.path("Status").asText());
    assertEquals("Ada", output.at("/Input/name").asText());
    assertEquals(
        "arn:aws:states:eu-west-1:000000000000:execution:greeting:one-inner",
        output.path("ExecutionArn").asText());
    var scheduled =
        client.getExecutionHistory(r -> r.executionArn(execution)).events().stream()
            .filter(event -> event.type() == HistoryEventType.TASK_SCHEDULED)
            .findFirst()
            .orElseThrow()
            .taskScheduledEventDetails();
    assertEquals("states", scheduled.resourceType());
    assertEquals("startExecution.sync:2", scheduled.resource());
  }

  @Test
  void anExecutionThatFailsFailsTheTaskThatStartedIt() throws Exception {
    String execution = nested(create("failing", FAILS));
    var done = client.describeExecution(r -> r.executionArn(execution));
    assertEquals("States.TaskFailed", done.error());
    JsonNode cause = AwsJson.parse(bytes(done.cause()));
    assertEquals("NotToday", cause.path("Error").asText(), cause::toString);
    assertEquals("it rains", cause.path("Cause").asText());
    assertEquals("FAILED", cause.path("Status").asText());
  }

  @Test
  void stoppingAnExecutionStopsTheOneItStarted() throws Exception {
    String machine = create("holding", TASK.replace("\"greet\"", "\"hold\""));
    String outer = run(create("outer", NESTED.formatted(machine)), "one", "{}");
    String inner = machine.replace(":stateMachine:", ":execution:") + ":one-inner";
    while (client.listExecutions(r -> r.stateMachineArn(machine)).executions().isEmpty()) {
      Thread.onSpinWait();
    }
    client.stopExecution(r -> r.executionArn(outer));
    test.awaitReport();
    test.awaitReport();
    assertEquals(
        ExecutionStatus.ABORTED, client.describeExecution(r -> r.executionArn(inner)).status());
  }

  @Test
  void anExecutionKeepsTheDefinitionItStartedWith() throws Exception {
    String machine = create("holding", TASK.replace("\"greet\"", "\"hold\""));
    String execution = run(machine, "one", "{\"name\": \"Ada\"}");
    client.updateStateMachine(r -> r.stateMachineArn(machine).definition(FAILS));

    assertEquals(
        TASK.replace("\"greet\"", "\"hold\""),
        client.describeStateMachineForExecution(r -> r.executionArn(execution)).definition());
    assertEquals(FAILS, client.describeStateMachine(r -> r.stateMachineArn(machine)).definition());
    client.deleteStateMachine(r -> r.stateMachineArn(machine));
    assertThrows(
        StateMachineDoesNotExistException.class,
        () -> client.describeStateMachine(r -> r.stateMachineArn(machine)));
  }

  @Test
  void marksExecutionsOfAnEarlierProcessAsAborted() throws Exception {
    String finished = run(create("greeting", TASK), "one", "{\"name\": \"Ada\"}");
    test.awaitReport();
    String lost =
        run(create("holding", TASK.replace("\"greet\"", "\"hold\"")), "two", "{\"name\": \"A\"}");
    test.close();

    start();
    test.cloud.states().reportInterrupted();
    assertTrue(test.awaitReport().contains(lost), "the end is reported");
    var done = client.describeExecution(r -> r.executionArn(lost));
    assertEquals(ExecutionStatus.ABORTED, done.status());
    assertEquals("LocalCloud.Stopped", done.error());
    var events = client.getExecutionHistory(r -> r.executionArn(lost)).events();
    assertEquals(HistoryEventType.EXECUTION_ABORTED, events.getLast().type());
    assertEquals(
        ExecutionStatus.SUCCEEDED,
        client.describeExecution(r -> r.executionArn(finished)).status());
    assertEquals(7, client.getExecutionHistory(r -> r.executionArn(finished)).events().size());
  }
}
