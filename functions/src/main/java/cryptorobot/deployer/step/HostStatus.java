package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;

/** What the instance itself says of its state. */
sealed interface HostStatus {

  /** Nobody asked, because the execution could say it. */
  record NotAsked() implements HostStatus {}

  /** The answer of the host step {@code status}. */
  record Read(ObjectNode status) implements HostStatus {
    public Read {
      requireNonNull(status, "status is null");
    }

    /** The release that serves, or JSON's null when none does. */
    JsonNode serving() {
      return status.path("release").asText().isEmpty()
          ? NullNode.getInstance()
          : Json.object()
              .setAll(status.deepCopy().retain("release", "revision", "mode", "protocol"));
    }

    String health() {
      return status.path("health").asText("unknown");
    }

    /** When an armed dead-man switch will act, or empty text. */
    String deadManAt() {
      return status.path("armed").path("at").asText();
    }
  }

  /** It could not be asked. */
  record Unreadable(String why) implements HostStatus {
    public Unreadable {
      requireNonNull(why, "why is null");
    }
  }
}
