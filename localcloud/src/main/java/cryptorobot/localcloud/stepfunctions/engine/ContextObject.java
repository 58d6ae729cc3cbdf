package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * {@code $states.context}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html">
 *     Accessing the Context object</a>
 */
final class ContextObject {
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private ContextObject() {}

  static ObjectNode of(
      ExecutionRequest request,
      Instant startedAt,
      String state,
      Instant enteredAt,
      long retryCount) {
    var context = JsonNodeFactory.instance.objectNode();
    context
        .putObject("Execution")
        .put("Id", request.executionArn())
        .put("Name", request.name())
        .put("RoleArn", request.roleArn())
        .put("StartTime", time(startedAt))
        .put("RedriveCount", 0)
        .set("Input", request.input());
    context
        .putObject("State")
        .put("EnteredTime", time(enteredAt))
        .put("Name", state)
        .put("RetryCount", retryCount);
    var arn = request.stateMachineArn();
    context
        .putObject("StateMachine")
        .put("Id", arn)
        .put("Name", arn.substring(arn.lastIndexOf(':') + 1));
    return context;
  }

  static void addItem(ObjectNode context, int index, JsonNode value) {
    context.putObject("Map").putObject("Item").put("Index", index).set("Value", value);
  }

  static String time(Instant instant) {
    return MILLISECONDS.format(instant);
  }
}
