package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lambda functions with behaviour defined by a test, in virtual time. */
final class FakeFunctions implements TaskRunner {
  record Call(String function, Instant at, JsonNode arguments) {}

  private final VirtualTime time;
  private final Map<String, List<ConformanceCase.Behaviour>> behaviours;
  private final List<Call> calls = new ArrayList<>();

  FakeFunctions(VirtualTime time, Map<String, List<ConformanceCase.Behaviour>> behaviours) {
    this.time = time;
    this.behaviours = behaviours;
  }

  @Override
  public JsonNode run(TaskCall call) throws TaskFailure, InterruptedException {
    var function = call.arguments().path("FunctionName").asText();
    var behaviour = next(function, call);
    if (behaviour.takes() > 0) {
      time.sleep(Duration.ofSeconds(behaviour.takes()));
    }
    if (behaviour.fails() != null) {
      throw new TaskFailure(behaviour.fails(), behaviour.cause() == null ? "" : behaviour.cause());
    }
    return invoked(payload(behaviour, call.arguments().path("Payload")));
  }

  private synchronized ConformanceCase.Behaviour next(String function, TaskCall call) {
    var script = behaviours.get(function);
    if (script == null) {
      throw new IllegalStateException("the test has no function " + function);
    }
    int earlier = (int) calls.stream().filter(past -> past.function().equals(function)).count();
    calls.add(new Call(function, time.now(), call.arguments()));
    return script.get(Math.min(earlier, script.size() - 1));
  }

  private static JsonNode payload(ConformanceCase.Behaviour behaviour, JsonNode given) {
    if (behaviour.size() > 0) {
      return TextNode.valueOf("x".repeat(behaviour.size()));
    }
    if (behaviour.echo()) {
      return given;
    }
    return behaviour.returns() == null ? JsonNodeFactory.instance.nullNode() : behaviour.returns();
  }

  private static JsonNode invoked(JsonNode payload) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("ExecutedVersion", "$LATEST")
        .put("StatusCode", 200)
        .set("Payload", payload);
  }

  synchronized List<Call> calls() {
    return List.copyOf(calls);
  }
}
