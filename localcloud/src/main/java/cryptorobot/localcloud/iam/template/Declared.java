package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * A resource as a template declares it.
 *
 * @param shown the logical id with a placeholder for the environment
 */
public record Declared(String id, String shown, ObjectNode body, TemplateScope scope) {
  public Declared {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(shown, "shown is null");
    Objects.requireNonNull(body, "body is null");
    Objects.requireNonNull(scope, "scope is null");
  }

  public String type() {
    return body.path("Type").asText();
  }

  JsonNode property(String name) {
    return body.path("Properties").path(name);
  }
}
