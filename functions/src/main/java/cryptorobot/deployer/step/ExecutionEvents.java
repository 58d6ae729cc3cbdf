package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.FoundValue;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads EventBridge's {@code Step Functions Execution Status Change}.
 *
 * <p>The library uses {@link ScheduledEvent} for every EventBridge event. Only the fields that are
 * used are copied, because AWS may add fields to its events. From the detail these are the
 * execution's ARN and status: large events omit input, output and cause, so these are always read
 * from the service.
 */
final class ExecutionEvents {

  private static final String SOURCE = "aws.states";
  private static final String TYPE = "Step Functions Execution Status Change";

  /**
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
   */
  private static final Pattern EXECUTION =
      Pattern.compile(
          "arn:[a-z-]+:states:[a-z0-9-]+:[0-9]{12}:execution:[^:\\s\\p{Cntrl}]{1,80}:[^:\\s\\p{Cntrl}]{1,80}");

  private ExecutionEvents() {}

  static ScheduledEvent read(InputStream in) throws IOException {
    JsonNode tree = Json.tree(in);
    require("$.source", tree.path("source"), SOURCE);
    require("$.detail-type", tree.path("detail-type"), TYPE);
    JsonNode detail = tree.path("detail");
    ScheduledEvent event = new ScheduledEvent();
    event.setId(tree.path("id").asText());
    event.setSource(SOURCE);
    event.setDetailType(TYPE);
    event.setDetail(
        Map.of(
            "executionArn", execution("$.detail.executionArn", detail.path("executionArn")),
            "status", text("$.detail.status", detail.path("status"))));
    return event;
  }

  /** The execution the event is about. */
  static String execution(ScheduledEvent event) {
    return (String) event.getDetail().get("executionArn");
  }

  /** The new status of the execution. */
  static String status(ScheduledEvent event) {
    return (String) event.getDetail().get("status");
  }

  private static void require(String path, JsonNode found, String allowed) {
    if (!found.asText().equals(allowed)) {
      throw new InvalidRequest(path, FoundValue.of(found), allowed);
    }
  }

  private static String execution(String path, JsonNode found) {
    if (!EXECUTION.matcher(text(path, found)).matches()) {
      throw new InvalidRequest(path, FoundValue.of(found), "the ARN of an execution");
    }
    return found.textValue();
  }

  private static String text(String path, JsonNode found) {
    if (!found.isTextual()) {
      throw new InvalidRequest(path, FoundValue.of(found), "a string");
    }
    return found.textValue();
  }
}
