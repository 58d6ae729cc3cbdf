package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;

/** The status that the instance itself reports. */
sealed interface HostStatus {

  /** It was not read, because the execution reported what serves. */
  record NotRead() implements HostStatus {}

  /** The result of the host step {@code read-status}. */
  record Read(ObjectNode status) implements HostStatus {
    public Read {
      requireNonNull(status, "status is null");
    }

    /** The release that serves, or JSON null if none does. */
    JsonNode serving() {
      return status.path("release").asText().isEmpty()
          ? NullNode.getInstance()
          : Json.object()
              .setAll(status.deepCopy().retain("release", "revision", "mode", "protocol"));
    }

    String health() {
      return status.path("health").asText("unknown");
    }

    /** When an armed dead-man switch will roll back, or an empty string. */
    String deadManAt() {
      return status.path("armed").path("at").asText();
    }
  }

  /** It could not be read. */
  record Unreadable(String why) implements HostStatus {
    public Unreadable {
      requireNonNull(why, "why is null");
    }
  }
}
