package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What a reading of an instance means for its alarms: whether the robot is down, and how many days
 * its certificate has left.
 *
 * <p>One line in CloudWatch's embedded metric format, which needs no permission and no call. An
 * execution that read nothing, as when the instance is stopped, says nothing: a robot that sleeps
 * on purpose is not down.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class RobotMetrics {

  private RobotMetrics() {}

  static Optional<String> of(ExecutionState.Finished ended, String stack, Instant now) {
    ObjectNode output = Json.object(ended.output()).orElseGet(Json::object);
    JsonNode host = output.path("host");
    if (!host.has("health")
        && !host.has("certificate_not_after")
        && !ended.error().equals("Unhealthy")) {
      return Optional.empty();
    }
    ObjectNode line = Json.object();
    ObjectNode about = line.putObject("_aws").put("Timestamp", now.toEpochMilli());
    ObjectNode directive = about.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", "CryptoRobot");
    directive.putArray("Dimensions").addArray().add("Stack").add("Environment");
    ArrayNode metrics = directive.putArray("Metrics");
    line.put("Stack", stack).put("Environment", environment(ended, output));
    String health = output.at("/host/health").asText(ended.error().toLowerCase(Locale.ROOT));
    if (health.equals("healthy") || health.equals("unhealthy")) {
      metrics.addObject().put("Name", "RobotDown").put("Unit", "Count");
      line.put("RobotDown", health.equals("unhealthy") ? 1 : 0);
    }
    daysLeft(output.at("/host/certificate_not_after").asText(), now)
        .ifPresent(
            days -> {
              metrics.addObject().put("Name", "CertificateDaysLeft").put("Unit", "Count");
              line.put("CertificateDaysLeft", days);
            });
    return metrics.isEmpty() ? Optional.empty() : Optional.of(line.toString());
  }

  /** A reading that found something not well has failed, and no output. */
  private static String environment(ExecutionState.Finished ended, ObjectNode output) {
    JsonNode said = output.path("environment");
    return said.isTextual()
        ? said.asText()
        : Json.object(ended.input()).orElseGet(Json::object).path("environment").asText();
  }

  /** Empty where there is no certificate, or nothing that can be read as its end. */
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
