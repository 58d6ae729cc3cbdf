package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The status of one environment, for programs and for people. */
final class StatusText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final ObjectNode NO_CRASHES =
      JSON.createObjectNode().put("count", 0).put("newest", "").put("reason", "");

  private StatusText() {}

  /**
   * For programs.
   *
   * @param host what the instance itself says; null when it does not run or does not answer
   */
  static ObjectNode json(InstanceView instance, JsonNode host) {
    JsonNode said = host == null ? JSON.createObjectNode() : host;
    ObjectNode status = JSON.createObjectNode();
    status.put("environment", instance.environment());
    status.put("instance_id", instance.instanceId());
    status.put("state", instance.state());
    status.put("address", instance.address());
    status.put("url", host == null ? "" : ServingAddress.of(instance.address(), host));
    for (String field : List.of("release", "revision", "mode", "protocol")) {
      status.put(field, said.path(field).asText(""));
    }
    String health = said.path("health").asText("");
    status.put("health", health.isEmpty() ? "unknown" : health);
    status.put("reason", said.path("reason").asText(""));
    status.set("crashes", said.has("crashes") ? said.get("crashes") : NO_CRASHES);
    status.set("locked_by", said.hasNonNull("locked_by") ? said.get("locked_by") : null);
    status.set("drift", said.hasNonNull("drift") ? said.get("drift") : null);
    status.set("units", said.has("units") ? said.get("units") : JSON.createObjectNode());
    return status;
  }

  /** For people. */
  static List<String> lines(JsonNode status) {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add(status.path("environment").asText());
    line(lines, "instance", join(status, " ", "instance_id", "state", "address"));
    String release = status.path("release").asText();
    line(lines, "release", release.isEmpty() ? "none" : release);
    line(lines, "commit", status.path("revision").asText());
    line(lines, "mode", join(status, ", ", "mode", "protocol", "health"));
    line(lines, "keys", keys(status.path("mode").asText()));
    line(lines, "not well", status.path("reason").asText());
    line(lines, "url", status.path("url").asText());
    status
        .path("units")
        .properties()
        .forEach(unit -> line(lines, unit.getKey(), unit.getValue().asText()));
    JsonNode crashes = status.path("crashes");
    if (crashes.path("count").asInt() > 0) {
      String newest = crashes.path("newest").asText() + ": " + crashes.path("reason").asText();
      line(lines, "crashes", crashes.path("count").asText() + ", the newest " + newest);
    }
    if (status.path("drift").asInt() > 0) {
      String differences = "%d differences from what was deployed; ./scripts/local drift";
      line(lines, "drift", differences.formatted(status.path("drift").asInt()));
    }
    if (status.hasNonNull("locked_by")) {
      JsonNode lock = status.get("locked_by");
      line(lines, "locked by", lock.path("owner").asText(lock.asText()));
    }
    return lines;
  }

  /** What the deployer did; what the robot does with it nobody here knows. */
  private static String keys(String mode) {
    return switch (mode) {
      case "live" -> "given";
      case "simulation" -> "none given";
      default -> "";
    };
  }

  private static String join(JsonNode status, String between, String... fields) {
    var parts = new ArrayList<String>();
    for (String field : fields) {
      String value = status.path(field).asText();
      if (!value.isEmpty()) {
        parts.add(value);
      }
    }
    return String.join(between, parts);
  }

  private static void line(List<String> lines, String name, String value) {
    if (!value.isEmpty()) {
      lines.add("  %-13s %s".formatted(name, value));
    }
  }
}
