package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.json.JsonSchema;
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

  /**
   * Returns the request with its defaults. Throws {@code InvalidRequest} with every error in it.
   */
  ObjectNode accept(JsonNode request) {
    return JsonSchema.of(Json.resource(schema)).apply(request);
  }

  /**
   * Whether an execution with this request only reads.
   *
   * @param request as {@link #accept} returns it
   */
  boolean onlyReads(ObjectNode request) {
    return switch (this) {
      case DEPLOY, POWER -> false;
      case WATCH -> true;
      case MIGRATE ->
          Arrays.stream(MigrationPhase.values())
              .filter(phase -> !phase.startsInstance())
              .map(Json::constant)
              .anyMatch(request.path("phase").asText()::equals);
    };
  }

  /** The machine with this ARN or name; empty if it is not one of these four. */
  static Optional<DeployerMachine> named(String arn) {
    return Arrays.stream(values())
        .filter(machine -> arn.endsWith("-" + machine.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
