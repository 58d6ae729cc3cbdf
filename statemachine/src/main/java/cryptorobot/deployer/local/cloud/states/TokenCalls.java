package cryptorobot.deployer.local.cloud.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.engine.Engine;
import cryptorobot.deployer.engine.NoSuchTask;
import cryptorobot.deployer.local.cloud.protocol.ApiError;
import cryptorobot.deployer.local.cloud.protocol.Fields;
import cryptorobot.deployer.local.cloud.protocol.Json;

/** SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. */
final class TokenCalls {
  private final Engine engine;

  TokenCalls(Engine engine) {
    this.engine = engine;
  }

  JsonNode success(Fields request) {
    request.only("taskToken", "output");
    JsonNode output;
    try {
      output = Json.parse(request.text("output"));
    } catch (JsonProcessingException e) {
      throw ApiError.refused("InvalidOutput", "Invalid Output: 'the output is not JSON'");
    }
    return about(() -> engine.taskSucceeded(request.text("taskToken"), output));
  }

  JsonNode failure(Fields request) {
    request.only("taskToken", "error", "cause");
    return about(
        () ->
            engine.taskFailed(
                request.text("taskToken"),
                request.find("error").orElse(null),
                request.find("cause").orElse(null)));
  }

  JsonNode heartbeat(Fields request) {
    request.only("taskToken");
    return about(() -> engine.taskHeartbeat(request.text("taskToken")));
  }

  private static JsonNode about(Runnable task) {
    try {
      task.run();
      return Json.object();
    } catch (NoSuchTask e) {
      throw ApiError.refused("TaskTimedOut", "Task Timed Out: '" + e.getMessage() + "'");
    }
  }
}
