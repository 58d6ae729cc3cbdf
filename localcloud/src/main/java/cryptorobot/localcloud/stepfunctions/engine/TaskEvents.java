package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.stepfunctions.asl.TaskResource;
import java.util.OptionalLong;

/** The history events of a task. */
final class TaskEvents {
  private final TaskResource resource;
  private final String region;

  /**
   * @param executionArn contains the region as its fourth part
   */
  TaskEvents(TaskResource resource, String executionArn) {
    this.resource = resource;
    var parts = executionArn.split(":", 5);
    this.region = parts.length > 3 ? parts[3] : "";
  }

  Event scheduled(JsonNode arguments, OptionalLong timeout) {
    var details = integration(History.details());
    details.put("region", region).put("parameters", arguments.toString());
    timeout.ifPresent(seconds -> details.put("timeoutInSeconds", seconds));
    return Event.of("TaskScheduled", details);
  }

  Event started() {
    return Event.of("TaskStarted", integration(History.details()));
  }

  Event succeeded(JsonNode output) {
    return Event.of(
        "TaskSucceeded", History.payload(integration(History.details()), "output", output));
  }

  Event failed(Failure failure) {
    return Event.of("TaskFailed", integration(failure.details()));
  }

  Event timedOut(Failure failure) {
    return Event.of("TaskTimedOut", integration(failure.details()));
  }

  private ObjectNode integration(ObjectNode details) {
    var arn = resource.arn();
    return details
        .put(
            "resourceType",
            switch (resource.kind()) {
              case LAMBDA_INVOKE -> "lambda";
              case START_EXECUTION -> "states";
            })
        .put("resource", arn.substring(arn.indexOf(":::") + 3).split(":", 2)[1]);
  }
}
