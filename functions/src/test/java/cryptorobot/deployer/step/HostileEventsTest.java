package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.fakes.FakeInstances;
import cryptorobot.deployer.fakes.FakeWaiting;
import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.Notification;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events and executions that {@code ReportOutcome} does not expect. */
class HostileEventsTest {

  private static final String EVENT =
      """
      {"source": "aws.states", "detail-type": "Step Functions Execution Status Change",
       "detail": {"executionArn": "%s", "status": "FAILED"}}"""
          .formatted(Steps.EXECUTION);
  private static final String MACHINE =
      "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-deploy";

  private final FakeWaiting waiting = new FakeWaiting();
  private final FakeHostCommands commands = new FakeHostCommands();
  private final List<Notification> published = new ArrayList<>();

  private JsonNode report(Executions executions, String event) {
    ReportOutcome function =
        new ReportOutcome(
            executions,
            _ -> List.of(),
            () -> new HostStatusReader(new FakeInstances(waiting), Steps.of(commands)),
            new RobotMetrics("crypto-robot", _ -> {}),
            published::add,
            waiting);
    return Steps.call(function, event);
  }

  private static Stream<Arguments> at(String path, Stream<String> values) {
    return values.map(
        value -> {
          ObjectNode event = (ObjectNode) Json.tree(EVENT).orElseThrow();
          String[] words = path.split("/");
          ObjectNode inside = words.length == 1 ? event : (ObjectNode) event.get(words[0]);
          String name = words[words.length - 1];
          inside.remove(name);
          Json.tree(value).ifPresent(found -> inside.set(name, found));
          return Arguments.of(path.replace('/', '.'), event.toString());
        });
  }

  static Stream<Arguments> noEnds() {
    Stream<String> nothing = Stream.of("", "null", "7", "[]", "{}", "true", "\"\"");
    List<String> all = nothing.toList();
    Stream<String> arns =
        Stream.of(
            "\"arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-deploy\"",
            "\"arn:aws:iam::000000000000:role/x\"",
            "\"arn:aws:states:eu-west-1:1:execution:m:x\"",
            "\"arn:aws:states:eu-west-1:000000000000:execution:m\"",
            "\"arn:aws:states:eu-west-1:000000000000:execution:m:\"",
            "\"arn:aws:states:eu-west-1:000000000000:execution:m:" + "x".repeat(81) + "\"",
            "\"" + Steps.EXECUTION + "\\n\"",
            "\"" + Steps.EXECUTION + ":2\"",
            "\"../..\"");
    Stream<String> tricks =
        HostileTexts.all("arns").stream().map(text -> Json.list().add(text).get(0).toString());
    return Stream.of(
            at("source", Stream.concat(all.stream(), Stream.of("\"aws.ec2\"", "\"aws.states \""))),
            at("detail-type", Stream.concat(all.stream(), Stream.of("\"Scheduled Event\""))),
            at("detail", all.stream()),
            at(
                "detail/status",
                Stream.of("", "null", "7", "[]", "\"RUNNING\"", "\"PENDING_REDRIVE\"")),
            at("detail/executionArn", Stream.of(all.stream(), arns, tricks).flatMap(s -> s)))
        .flatMap(cases -> cases);
  }

  @ParameterizedTest
  @MethodSource("noEnds")
  @Hostile("events that do not report an end")
  void isRefusedBeforeAnyCall(String path, String event) {
    Executions uncalled =
        _ -> {
          throw new AssertionError("Step Functions was called");
        };
    InvalidRequest refused = assertThrows(InvalidRequest.class, () -> report(uncalled, event));
    assertTrue(refused.getMessage().startsWith("$." + path), refused::getMessage);
    Refusal.isReadable(refused.getMessage());
    assertEquals(List.of(), published, "a notification was sent");
  }

  static Stream<ExecutionState.Finished> ends() {
    Stream<ExecutionState.Finished> causes =
        Stream.concat(HostileTexts.all("causes").stream(), Stream.of("x".repeat(200_000)))
            .map(text -> end("FAILED", "{\"environment\": \"a\"}", "", "RolledBack", text));
    Stream<ExecutionState.Finished> errors =
        HostileTexts.made("errors", 12).stream().map(text -> end("FAILED", "{}", "", text, text));
    Stream<ExecutionState.Finished> inputs =
        Stream.of(
                "",
                "null",
                "[]",
                "7",
                "{",
                "{\"environment\": 7}",
                "{\"environment\": \"../x\"}",
                "{\"environment\": {\"a\": 1}}",
                "{\"environment\": \"a\", \"operation\": []}",
                "{\"a\":".repeat(2_000))
            .map(input -> end("FAILED", input, "", "RequestRefused", "x"));
    Stream<ExecutionState.Finished> outputs =
        Stream.of(
                "",
                "null",
                "[]",
                "7",
                "{",
                "{\"outcome\": 7}",
                "{\"outcome\": [1]}",
                "{\"outcome\": {}}",
                "{\"release\": {\"a\": 1}}",
                "{\"host\": []}",
                "{\"host\": {\"health\": 7}}",
                "{\"host\": {\"certificate_not_after\": \"never\"}}",
                "{\"host\": {\"certificate_not_after\": 7, \"health\": \"healthy\"}}")
            .map(output -> end("SUCCEEDED", "{\"environment\": \"a\"}", output, "", ""));
    return Stream.of(causes, errors, inputs, outputs).flatMap(ends -> ends);
  }

  private static ExecutionState.Finished end(
      String status, String input, String output, String error, String cause) {
    return new ExecutionState.Finished(status, MACHINE, "run-1", input, output, error, cause);
  }

  @ParameterizedTest
  @MethodSource("ends")
  @Hostile("executions with unexpected content")
  void isReportedAnyway(ExecutionState.Finished end) {
    JsonNode report = report(_ -> end, EVENT);

    assertEquals(end.status(), report.path("status").asText());
    assertTrue(report.path("cause").asText().length() <= 1_502, "the cause is too long to read");
    Notification notification = published.getFirst();
    assertTrue(notification.subject().matches("[\\x20-\\x7e]{1,100}"), notification::subject);
    assertEquals(report, Json.tree(notification.json()).orElseThrow());
    assertTrue(Set.of("a", "").contains(report.path("environment").asText()), report::toString);
  }
}
