package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The metrics of a robot that an execution has read: whether it is down, and how many days are left
 * until its certificate expires.
 *
 * <p>One line in CloudWatch's embedded metric format, which needs no permission and no call. An
 * execution that did not read the instance, for example because it is stopped, writes no metrics: a
 * robot whose instance is stopped on purpose is not down.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class RobotMetrics {

  private final String stack;
  private final Consumer<String> log;

  /**
   * @param stack the stack that the metrics belong to
   * @param log receives a line for the function's log, where CloudWatch finds the metrics
   */
  RobotMetrics(String stack, Consumer<String> log) {
    this.stack = stack;
    this.log = log;
  }

  void publish(EndedExecution ended, Instant now) {
    JsonNode host = Json.object(ended.state().output()).orElseGet(Json::object).path("host");
    ObjectNode line = Json.object();
    ObjectNode metadata = line.putObject("_aws").put("Timestamp", now.toEpochMilli());
    ObjectNode directive = metadata.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", "CryptoRobot");
    directive.putArray("Dimensions").addArray().add("Stack").add("Environment");
    ArrayNode metrics = directive.putArray("Metrics");
    line.put("Stack", stack).put("Environment", ended.environment());
    // An execution that finds an unhealthy release fails with this error, and without output.
    String fallback = ended.state().error().equals("Unhealthy") ? "unhealthy" : "";
    String health = host.path("health").asText(fallback);
    if (health.equals("healthy") || health.equals("unhealthy")) {
      metrics.addObject().put("Name", "RobotDown").put("Unit", "Count");
      line.put("RobotDown", health.equals("unhealthy") ? 1 : 0);
    }
    daysLeft(host.path("certificate_not_after").asText(), now)
        .ifPresent(
            days -> {
              metrics.addObject().put("Name", "CertificateDaysLeft").put("Unit", "Count");
              line.put("CertificateDaysLeft", days);
            });
    if (!metrics.isEmpty()) {
      log.accept(line.toString());
    }
  }

  /** Empty if there is no certificate, or if its end cannot be parsed. */
  private static Optional<Long> daysLeft(String notAfter, Instant now) {
    try {
      return notAfter.isEmpty()
          ? Optional.empty()
          : Optional.of(Duration.between(now, Instant.parse(notAfter)).toDays());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
