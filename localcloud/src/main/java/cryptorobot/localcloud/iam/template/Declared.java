package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * A resource as a template declares it.
 *
 * @param shown its logical id before the environment's name was put in
 */
record Declared(String id, String shown, ObjectNode body, TemplateScope scope) {
  Declared {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(shown, "shown is null");
    Objects.requireNonNull(body, "body is null");
    Objects.requireNonNull(scope, "scope is null");
  }

  String type() {
    return body.path("Type").asText();
  }

  JsonNode property(String name) {
    return body.path("Properties").path(name);
  }
}
