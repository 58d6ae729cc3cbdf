package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/** A resource as a template declares it. */
public record Declared(String id, ObjectNode body) {
  public Declared {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(body, "body is null");
  }

  public String type() {
    return body.path("Type").asText();
  }

  JsonNode property(String name) {
    return body.path("Properties").path(name);
  }
}
