package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.TaskCall;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Runs Task states of {@code lambda:invoke}; checks each call against the role of its machine. */
public final class LambdaTasks implements TaskRunner {
  private static final String INVOKE = "arn:aws:states:::lambda:invoke";
  private static final Set<String> ARGUMENTS = Set.of("FunctionName", "Payload");

  private final LambdaPort lambda;
  private final StateMachineAuthorizer authorizer;

  public LambdaTasks(LambdaPort lambda, StateMachineAuthorizer authorizer) {
    this.lambda = lambda;
    this.authorizer = authorizer;
  }

  @Override
  public JsonNode run(TaskCall call) throws TaskFailure, InterruptedException {
    if (call.resource().equals(INVOKE)) {
      return invoke(call.roleArn(), call.arguments());
    }
    throw new TaskFailure(
        "States.Runtime",
        "The resource " + call.resource() + " is not implemented by the local cloud");
  }

  private JsonNode invoke(String roleArn, JsonNode arguments)
      throws TaskFailure, InterruptedException {
    String name = arguments.path("FunctionName").textValue();
    if (name == null) {
      throw new TaskFailure(
          "States.Runtime", "The arguments of lambda:invoke have no string FunctionName");
    }
    for (String field : (Iterable<String>) arguments::fieldNames) {
      if (!ARGUMENTS.contains(field)) {
        throw new TaskFailure(
            "States.Runtime",
            "The argument " + field + " of lambda:invoke is not implemented by the local cloud");
      }
    }
    authorize(roleArn, name);
    JsonNode payload = arguments.has("Payload") ? arguments.get("Payload") : AwsJson.object();
    LambdaPort.Result result = returned(lambda.invoke(name, AwsJson.bytes(payload)));
    var response = AwsJson.object();
    response.put("ExecutedVersion", result.executedVersion());
    response.set("Payload", payload(result));
    response.put("StatusCode", result.statusCode());
    return response;
  }

  private void authorize(String roleArn, String function) throws TaskFailure {
    try {
      authorizer.authorize(
          roleArn, "lambda:InvokeFunction", AwsJson.object().put("FunctionName", function));
    } catch (ApiError e) {
      throw new TaskFailure(
          "Lambda.AWSLambdaException",
          "%s (Service: Lambda, Status Code: %d)".formatted(e.getMessage(), e.status()));
    }
  }

  /**
   * Uses the error type of the function as the task's error, and its complete report as the cause.
   */
  private static LambdaPort.Result returned(LambdaPort.Result result) throws TaskFailure {
    if (result.functionError().isEmpty()) {
      return result;
    }
    String cause = new String(result.payload(), StandardCharsets.UTF_8);
    try {
      throw new TaskFailure(
          AwsJson.parse(result.payload()).path("errorType").asText("Lambda.Unknown"), cause);
    } catch (JsonProcessingException e) {
      throw new TaskFailure("Lambda.Unknown", cause);
    }
  }

  private static JsonNode payload(LambdaPort.Result result) {
    try {
      return AwsJson.parse(result.payload());
    } catch (JsonProcessingException e) {
      // A payload that is not JSON is passed on as a string.
      return TextNode.valueOf(new String(result.payload(), StandardCharsets.UTF_8));
    }
  }
}
