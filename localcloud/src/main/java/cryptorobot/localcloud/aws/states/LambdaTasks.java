package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.TaskCall;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Runs Task states of {@code lambda:invoke}. */
public final class LambdaTasks implements TaskRunner {
  private static final String INVOKE = "arn:aws:states:::lambda:invoke";
  private static final Set<String> ARGUMENTS = Set.of("FunctionName", "Payload");

  private final LambdaPort lambda;

  public LambdaTasks(LambdaPort lambda) {
    this.lambda = lambda;
  }

  @Override
  public JsonNode run(TaskCall call) throws TaskFailure, InterruptedException {
    if (call.resource().equals(INVOKE)) {
      return invoke(call.arguments());
    }
    throw new TaskFailure(
        "States.Runtime",
        "The resource " + call.resource() + " is not implemented by the local cloud");
  }

  private JsonNode invoke(JsonNode arguments) throws TaskFailure, InterruptedException {
    String name = arguments.path("FunctionName").textValue();
    if (name == null) {
      throw new TaskFailure(
          "States.Runtime", "The arguments of lambda:invoke lack the string FunctionName");
    }
    for (String field : (Iterable<String>) arguments::fieldNames) {
      if (!ARGUMENTS.contains(field)) {
        throw new TaskFailure(
            "States.Runtime",
            "The argument " + field + " of lambda:invoke is not implemented by the local cloud");
      }
    }
    JsonNode payload = arguments.has("Payload") ? arguments.get("Payload") : AwsJson.object();
    LambdaPort.Answered answered = returned(lambda.invoke(name, AwsJson.bytes(payload)));
    var answer = AwsJson.object();
    answer.put("ExecutedVersion", answered.executedVersion());
    answer.set("Payload", payload(answered));
    answer.put("StatusCode", answered.statusCode());
    return answer;
  }

  /** A function's error is the task's error, and the whole of what it reported the cause. */
  private static LambdaPort.Answered returned(LambdaPort.Answered answered) throws TaskFailure {
    if (answered.functionError().isEmpty()) {
      return answered;
    }
    String cause = new String(answered.payload(), StandardCharsets.UTF_8);
    try {
      throw new TaskFailure(
          AwsJson.parse(answered.payload()).path("errorType").asText("Lambda.Unknown"), cause);
    } catch (JsonProcessingException e) {
      throw new TaskFailure("Lambda.Unknown", cause);
    }
  }

  private static JsonNode payload(LambdaPort.Answered answered) {
    try {
      return AwsJson.parse(answered.payload());
    } catch (JsonProcessingException e) {
      // What is not JSON is passed on as text.
      return TextNode.valueOf(new String(answered.payload(), StandardCharsets.UTF_8));
    }
  }
}
