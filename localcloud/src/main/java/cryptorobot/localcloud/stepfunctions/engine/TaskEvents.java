package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.stepfunctions.asl.TaskResource;
import java.util.OptionalLong;

/**
 * What history says of a task. The optimised integration tells it in Task… events with resource
 * type and resource, a function's own ARN in LambdaFunction… events.
 */
final class TaskEvents {
  private final TaskResource resource;
  private final String region;

  /**
   * @param executionArn its fourth part is the region
   */
  TaskEvents(TaskResource resource, String executionArn) {
    this.resource = resource;
    var parts = executionArn.split(":", 5);
    this.region = parts.length > 3 ? parts[3] : "";
  }

  Event scheduled(JsonNode arguments, OptionalLong timeout) {
    var details = History.details();
    if (isFunction()) {
      details.put("resource", resource.arn());
      History.payload(details, "input", arguments);
    } else {
      integration(details).put("region", region).put("parameters", arguments.toString());
    }
    timeout.ifPresent(seconds -> details.put("timeoutInSeconds", seconds));
    return Event.of(prefix() + "Scheduled", details);
  }

  Event started() {
    return isFunction()
        ? Event.bare("LambdaFunctionStarted")
        : Event.of("TaskStarted", integration(History.details()));
  }

  Event succeeded(JsonNode output) {
    return Event.of(
        prefix() + "Succeeded", History.payload(integration(History.details()), "output", output));
  }

  Event failed(Failure failure) {
    return Event.of(prefix() + "Failed", integration(failure.details()));
  }

  Event timedOut(Failure failure) {
    return Event.of(prefix() + "TimedOut", integration(failure.details()));
  }

  private ObjectNode integration(ObjectNode details) {
    if (!isFunction()) {
      var arn = resource.arn();
      details
          .put(
              "resourceType",
              resource.kind() == TaskResource.Kind.START_EXECUTION ? "states" : "lambda")
          .put("resource", arn.substring(arn.indexOf(":::") + 3).split(":", 2)[1]);
    }
    return details;
  }

  private boolean isFunction() {
    return resource.kind() == TaskResource.Kind.LAMBDA_FUNCTION;
  }

  private String prefix() {
    return isFunction() ? "LambdaFunction" : "Task";
  }
}
