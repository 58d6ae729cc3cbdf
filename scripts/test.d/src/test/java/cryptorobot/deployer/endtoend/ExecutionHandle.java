package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** An execution of a machine, driven through the API of Step Functions. */
record ExecutionHandle(String arn) {
  private static final String MACHINE =
      "arn:aws:states:%s:000000000000:stateMachine:crypto-robot_%s-%s";
  private static final Duration TO_A_STATE = Duration.ofMinutes(3);
  private static final Duration TO_THE_END = Duration.ofMinutes(6);
  private static final Duration TO_A_NOTICE = Duration.ofMinutes(2);

  static ExecutionHandle start(String input) {
    return start("deploy", input);
  }

  /**
   * Starts an execution of this kind of machine, such as watch, in the environment of the input.
   */
  static ExecutionHandle start(String kind, String input) {
    String environment = TestEnvironment.parse(input).path("environment").asText();
    var request =
        LocalAws.object()
            .put("stateMachineArn", machine(environment, kind))
            .put("name", "test-" + UUID.randomUUID())
            .put("input", input);
    return new ExecutionHandle(
        LocalAws.states("StartExecution", request).path("executionArn").asText());
  }

  /** The deploy that was started last. */
  static ExecutionHandle newest() {
    return newest("deploy");
  }

  /** The start or stop that was started last. */
  static ExecutionHandle newestPower() {
    return newest("power");
  }

  /**
   * The execution that was started last of a kind of machine, in any environment, without those
   * that only read the status.
   */
  static ExecutionHandle newest(String kind) {
    return machines(kind).stream()
        .flatMap(machine -> executions(machine).stream())
        .filter(one -> !one.path("name").asText().startsWith("status-"))
        .max(Comparator.comparingDouble(one -> one.path("startDate").asDouble()))
        .map(one -> new ExecutionHandle(one.path("executionArn").asText()))
        .orElseGet(() -> new ExecutionHandle(""));
  }

  /** The ARNs of the machines of this kind, of all environments. */
  static List<String> machines(String kind) {
    return LocalAws.every(
            "AWSStepFunctions.ListStateMachines",
            LocalAws.object(),
            "nextToken",
            "stateMachines",
            "maxResults",
            1000)
        .stream()
        .map(machine -> machine.path("stateMachineArn").asText())
        .filter(arn -> arn.endsWith("-" + kind))
        .toList();
  }

  /** All executions of a machine. */
  static List<JsonNode> executions(String machine) {
    return LocalAws.every(
        "AWSStepFunctions.ListExecutions",
        LocalAws.object().put("stateMachineArn", machine),
        "nextToken",
        "executions",
        "maxResults",
        100);
  }

  static String machine(String environment, String kind) {
    return MACHINE.formatted(
        Optional.ofNullable(System.getenv("AWS_REGION")).orElse("eu-west-1"),
        environment.replaceAll("[^A-Za-z0-9]", "-"),
        kind);
  }

  JsonNode described() {
    return LocalAws.states("DescribeExecution", LocalAws.object().put("executionArn", arn));
  }

  boolean isRunning() {
    return described().path("status").asText().equals("RUNNING");
  }

  String input() {
    return described().path("input").asText();
  }

  List<JsonNode> history() {
    return LocalAws.every(
        "AWSStepFunctions.GetExecutionHistory",
        LocalAws.object().put("executionArn", arn),
        "nextToken",
        "events",
        "maxResults",
        1000);
  }

  /** Returns as soon as the state is entered; fails if the execution ends without it. */
  ExecutionHandle awaitEntered(String state) {
    Await.holds(
        state + " is entered in " + arn,
        TO_A_STATE,
        () -> {
          for (JsonNode event : history()) {
            if (event.at("/stateEnteredEventDetails/name").asText().equals(state)) {
              return true;
            }
          }
          JsonNode now = described();
          assertEquals("RUNNING", now.path("status").asText(), () -> "no " + state + ": " + now);
          return false;
        });
    return this;
  }

  ExecutionHandle stop() {
    LocalAws.states("StopExecution", LocalAws.object().put("executionArn", arn));
    return this;
  }

  /** How it ended: DescribeExecution's answer. */
  JsonNode awaitEnd() {
    return Await.found(
        "the end of " + arn,
        TO_THE_END,
        () ->
            Optional.of(described())
                .filter(described -> !described.path("status").asText().equals("RUNNING")));
  }

  /** Its output, once it has succeeded. */
  JsonNode succeeds() {
    JsonNode end = awaitEnd();
    assertEquals("SUCCEEDED", end.path("status").asText(), end::toString);
    return TestEnvironment.parse(end.path("output").asText());
  }

  /** Its cause, once it has failed under this name. */
  String failsAs(String error) {
    JsonNode end = awaitEnd();
    assertEquals("FAILED", end.path("status").asText(), end::toString);
    assertEquals(error, end.path("error").asText(), end::toString);
    return end.path("cause").asText();
  }

  /** The notice that was published about it. */
  JsonNode notice(String environment) {
    return Await.found(
        "a notice about " + arn,
        TO_A_NOTICE,
        () -> {
          for (JsonNode entry : LocalAws.logs(environment).path("entries")) {
            if (entry.at("/message/execution").asText().equals(arn)) {
              return Optional.of(entry.path("message"));
            }
          }
          return Optional.empty();
        });
  }

  /** The result of a task in a state: for a function its payload. */
  JsonNode resultOf(String state) {
    boolean inside = false;
    for (JsonNode event : history()) {
      if (event.has("stateEnteredEventDetails")) {
        inside = event.at("/stateEnteredEventDetails/name").asText().equals(state);
      } else if (inside && event.has("taskSucceededEventDetails")) {
        return TestEnvironment.parse(event.at("/taskSucceededEventDetails/output").asText())
            .path("Payload");
      }
    }
    throw new AssertionError(state + " has no result in " + arn);
  }
}
