package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Notification;
import java.util.Set;

/**
 * How an execution ended, for people and programs.
 *
 * @param status the service's word: SUCCEEDED, FAILED, TIMED_OUT or ABORTED
 * @param outcome what it came to: the outcome in the output, the Fail state's name, or the status
 *     in lower case when the execution could not say
 * @param serving the release that serves if the instance was asked, else JSON's null
 * @param readBack whether the instance was asked and answered
 * @param next what to do
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

  private static final Set<String> READINGS =
      Set.of(
          "status",
          "plan",
          "check-health",
          "check-certificates",
          "check-drift",
          "crash-report",
          "read-logs");

  private static final int LONGEST_CAUSE = 1_500;

  /**
   * @param request what was asked for, with its defaults; an empty object when it was refused
   */
  static OutcomeReport of(
      String execution, ExecutionState.Finished ended, ObjectNode request, HostStatus truth) {
    ObjectNode output = Json.object(ended.output()).orElseGet(Json::object);
    JsonNode serving =
        truth instanceof HostStatus.Read read ? read.serving() : NullNode.getInstance();
    JsonNode now = serving.isNull() ? output : serving;
    return new OutcomeReport(
        execution,
        ended.status(),
        outcome(ended, output),
        ended.error(),
        shortened(ended.cause()),
        request.path("environment").asText(),
        request.path("operation").asText(request.path("phase").asText()),
        now.path("release").asText(),
        now.path("mode").asText(),
        now.path("protocol").asText(),
        serving,
        truth instanceof HostStatus.Read,
        Advice.of(Ending.of(ended), truth));
  }

  private static String outcome(ExecutionState.Finished ended, ObjectNode output) {
    return switch (Ending.of(ended)) {
      case DONE -> output.path("outcome").asText("succeeded");
      case REFUSED, FAILED, BROKEN -> ended.error();
      case INTERRUPTED -> ended.status().toLowerCase(java.util.Locale.ROOT);
    };
  }

  private static String shortened(String cause) {
    return cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE) + " …";
  }

  /**
   * Whether anybody wants to be told. A reading that succeeded changed nothing, and the watch comes
   * every few minutes and has told a change itself, also one to {@code Unhealthy}.
   */
  boolean isNews() {
    return !(status.equals("SUCCEEDED") && READINGS.contains(operation))
        && !error.equals("Unhealthy");
  }

  /** The report as a message; the same report makes the same message, however often it is sent. */
  Notification notice() {
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

  /** What the deployer did; what the robot does with it nobody here knows. */
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
