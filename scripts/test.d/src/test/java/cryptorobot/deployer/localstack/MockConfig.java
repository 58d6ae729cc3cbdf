package cryptorobot.deployer.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The mock configuration of LocalStack's Step Functions: for each route a test case with an answer
 * for every Task state, by attempt.
 *
 * <p>The answers are those that the local engine got from the scripted functions, read from the
 * history of its run, so there is one script for both. States that are not on the route get an
 * answer that ends the execution, so that a wrong transition names its state.
 *
 * @see <a href="https://docs.localstack.cloud/aws/services/stepfunctions/">LocalStack: mocked
 *     service integrations</a>, the format of <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html">Step
 *     Functions Local</a>
 */
final class MockConfig {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASTRAY = "OffTheRoute";

  private final ObjectNode root = JSON.createObjectNode();
  private final ObjectNode machines = root.putObject("StateMachines");
  private final ObjectNode responses = root.putObject("MockedResponses");

  private MockConfig() {
    responses
        .putObject(ASTRAY)
        .putObject("0")
        .putObject("Throw")
        .put("Error", ASTRAY)
        .put("Cause", "a state was entered that the local engine did not enter");
  }

  /** The name of a machine on LocalStack. */
  static String name(String machine) {
    return "crypto-robot-" + machine;
  }

  static JsonNode of(List<Route> routes) throws Exception {
    MockConfig config = new MockConfig();
    for (Route route : routes) {
      config.add(route, Definition.read(route.machine));
    }
    return config.root;
  }

  private void add(Route route, Definition definition) throws Exception {
    ObjectNode states =
        machines
            .withObjectProperty(name(route.machine))
            .withObjectProperty("TestCases")
            .putObject(route.name());
    definition.tasks().keySet().forEach(name -> states.put(name, ASTRAY));
    answers(route.run().history())
        .forEach(
            (state, byAttempt) -> {
              String response = route.name() + "-" + state;
              responses.set(response, byAttempt);
              states.put(state, response);
            });
  }

  /** The answers to each Task state, by the number of the attempt from 0. */
  private static Map<String, ObjectNode> answers(List<HistoryEvent> history) throws Exception {
    Map<Long, HistoryEvent> byId = new HashMap<>();
    history.forEach(event -> byId.put(event.id(), event));
    Map<String, ObjectNode> answers = new HashMap<>();
    for (HistoryEvent event : history) {
      if (event.type().equals("TaskSucceeded") || event.type().equals("TaskFailed")) {
        ObjectNode byAttempt =
            answers.computeIfAbsent(stateOf(event, byId), _ -> JSON.createObjectNode());
        byAttempt.set(String.valueOf(byAttempt.size()), answer(event));
      }
    }
    return answers;
  }

  private static String stateOf(HistoryEvent event, Map<Long, HistoryEvent> byId) {
    HistoryEvent before = event;
    while (!before.type().equals("TaskStateEntered")) {
      before = byId.get(before.previousEventId());
    }
    return before.details().get("name").asText();
  }

  private static ObjectNode answer(HistoryEvent event) throws Exception {
    ObjectNode answer = JSON.createObjectNode();
    if (event.type().equals("TaskFailed")) {
      answer
          .putObject("Throw")
          .put("Error", event.details().get("error").asText())
          .put("Cause", event.details().get("cause").asText());
    } else {
      ObjectNode output = (ObjectNode) JSON.readTree(event.details().get("output").asText());
      answer.set("Return", output.put("StatusCode", 200));
    }
    return answer;
  }
}
