package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Notification;
import java.util.Locale;

/**
 * How an execution ended, for people and programs.
 *
 * @param status the status in Step Functions: SUCCEEDED, FAILED, TIMED_OUT or ABORTED
 * @param outcome the outcome in the output, the name of the Fail state, or the status in lower case
 *     if the execution could not report an outcome
 * @param serving the release that serves if it was read from the instance, otherwise JSON null
 * @param readBack whether what serves was read from the instance
 * @param next the action to take
 */
record OutcomeReport(
    String execution,
    String status,
    String outcome,
    String error,
    String cause,
    String environment,
    String operation,
    String release,
    String mode,
    String protocol,
    JsonNode serving,
    boolean readBack,
    String next) {

  private static final int LONGEST_CAUSE = 1_500;

  static OutcomeReport of(EndedExecution ended, HostStatus status) {
    ExecutionState.Finished state = ended.state();
    ObjectNode output = Json.object(state.output()).orElseGet(Json::object);
    JsonNode serving =
        status instanceof HostStatus.Read read ? read.serving() : NullNode.getInstance();
    JsonNode now = serving.isNull() ? output : serving;
    return new OutcomeReport(
        ended.arn(),
        state.status(),
        outcome(ended, output),
        state.error(),
        shortened(state.cause()),
        ended.environment(),
        ended.request().path("operation").asText(ended.request().path("phase").asText()),
        now.path("release").asText(),
        now.path("mode").asText(),
        now.path("protocol").asText(),
        serving,
        status instanceof HostStatus.Read,
        Advice.of(ended.ending(), status));
  }

  private static String outcome(EndedExecution ended, ObjectNode output) {
    return switch (ended.ending()) {
      case DONE -> output.path("outcome").asText("succeeded");
      case REFUSED, FAILED, BROKEN -> ended.state().error();
      case INTERRUPTED -> ended.state().status().toLowerCase(Locale.ROOT);
    };
  }

  private static String shortened(String cause) {
    return cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE) + " …";
  }

  /** The report as a message. The same report always makes the same message. */
  Notification notification() {
    String subject =
        (environment.isEmpty() ? "unknown environment" : environment)
            + ": "
            + (operation.isEmpty() ? "request" : operation)
            + " "
            + outcome;
    return new Notification(ascii(subject), text(), Json.text(this));
  }

  private static String ascii(String subject) {
    String plain = subject.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() <= 100 ? plain : plain.substring(0, 100);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    line(text, "Environment", environment);
    line(text, "Operation", operation);
    line(text, "Outcome", outcome);
    line(text, "Cause", cause);
    line(text, "Release", release);
    line(text, "Mode", described(mode));
    line(text, "Protocol", protocol);
    line(text, "Next", next);
    line(text, "Execution", execution);
    return text.toString();
  }

  /** What the deployer did. It does not know what the robot does with it. */
  private static String described(String mode) {
    return switch (mode) {
      case "live" -> "live (keys given)";
      case "simulation" -> "simulation (no keys given)";
      default -> mode;
    };
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append(name).append(": ").append(value).append('\n');
    }
  }
}
