package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.json.JsonSchema;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The state machines, each with the published schema of its input. */
enum DeployerMachine {
  DEPLOY("/schema/deploy.json"),
  POWER("/schema/power.json"),
  WATCH("/schema/watch.json"),
  MIGRATE("/schema/migrate.json");

  private final String schema;

  DeployerMachine(String schema) {
    this.schema = schema;
  }

  /** The request with its defaults; {@code InvalidRequest} says all that is wrong with it. */
  ObjectNode accept(JsonNode request) {
    try (InputStream in = DeployerMachine.class.getResourceAsStream(schema)) {
      if (in == null) {
        throw new IllegalStateException(schema + " is not in the jar");
      }
      return JsonSchema.of(Json.tree(in)).apply(request);
    } catch (IOException e) {
      throw new IllegalStateException(schema + " cannot be read", e);
    }
  }

  /** The machine with this ARN or name; empty when it is none of these four. */
  static Optional<DeployerMachine> named(String arn) {
    return Arrays.stream(values())
        .filter(machine -> arn.endsWith("-" + machine.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
