package cryptorobot.deployer.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.localcloud.stepfunctions.engine.TaskCall;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Functions that return what a test scripts. A call is named after the function, for RunDeployStep
 * after its step, as {@code "CheckHealth"} or {@code "fetch"}, and {@code "deploy"} for a whole
 * execution of the deploy machine.
 */
public final class ScriptedFunctions implements TaskRunner {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  /** One call with its payload, in the order of the calls. */
  record Call(String name, JsonNode payload) {}

  private sealed interface Answer {
    record Result(String json) implements Answer {}

    record Error(String error, String message) implements Answer {}
  }

  /** From now on this is the answer; a later one replaces it. */
  public ScriptedFunctions answer(String name, String json) {
    answers.put(name, new ArrayDeque<>(List.of(new Answer.Result(json))));
    return this;
  }

  /** Fails once with this failure class, then continues as before. */
  public ScriptedFunctions failOnce(String name, String failure, String message) {
    queue(name)
        .addFirst(
            new Answer.Error("cryptorobot.deployer.failure.DeploymentFailure$" + failure, message));
    return this;
  }

  /** Fails every time with this failure class. */
  public ScriptedFunctions fail(String name, String failure, String message) {
    return failWith(name, "cryptorobot.deployer.failure.DeploymentFailure$" + failure, message);
  }

  /** Fails every time with this error name. */
  public ScriptedFunctions failWith(String name, String error, String message) {
    answers.put(name, new ArrayDeque<>(List.of(new Answer.Error(error, message))));
    return this;
  }

  List<Call> calls() {
    return calls;
  }

  List<String> invoked() {
    return calls.stream().map(Call::name).toList();
  }

  JsonNode lastPayload(String name) {
    return calls.reversed().stream()
        .filter(call -> call.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " was not invoked; invoked: " + invoked()))
        .payload();
  }

  @Override
  public JsonNode run(TaskCall call) throws TaskFailure {
    if (call.arguments().has("StateMachineArn")) {
      calls.add(new Call("deploy", call.arguments()));
      return switch (next("deploy")) {
        case Answer.Result(var json) -> read(json);
        case Answer.Error(var error, var description) -> throw new TaskFailure(error, description);
      };
    }
    var payload = call.arguments().get("Payload");
    var function = call.arguments().get("FunctionName").asText().replaceAll("\\W|Function", "");
    var name = function.equals("RunDeployStep") ? payload.get("step").asText() : function;
    calls.add(new Call(name, payload));
    return switch (next(name)) {
      case Answer.Result(var json) -> JSON.createObjectNode().set("Payload", read(json));
      case Answer.Error(var error, var message) ->
          throw new TaskFailure(
              error,
              JSON.createObjectNode()
                  .put("errorMessage", message)
                  .put("errorType", error)
                  .toString());
    };
  }

  private synchronized Answer next(String name) {
    var queue = queue(name);
    if (queue.isEmpty()) {
      throw new AssertionError("the test scripts no answer for " + name);
    }
    return queue.size() == 1 ? queue.peek() : queue.poll();
  }

  private Deque<Answer> queue(String name) {
    return answers.computeIfAbsent(name, unused -> new ArrayDeque<>());
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("the test's answer is not JSON: " + json, e);
    }
  }
}
