package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A migrate request that the schemas accept.
 *
 * @param deploy the request of the deploy that its phase starts, with the fields that the phase
 *     requires: in parallel to the containers, a simulation on another port; instead of them, never
 *     a simulation because keys are missing
 */
record MigrateRequest(
    String environment,
    MigrationPhase phase,
    String applicationPath,
    List<String> containers,
    Map<String, String> settings,
    ObjectNode deploy) {

  private static final int LAST_PORT = 65_535;

  /** The fields of the request itself. */
  private record Accepted(
      String environment,
      MigrationPhase phase,
      String applicationPath,
      List<String> containers,
      Optional<JsonNode> parallelPort,
      ObjectNode deploy) {}

  /** The request, or {@code InvalidRequest} with all that is wrong with it. */
  static MigrateRequest of(JsonNode request) {
    Accepted asked = Json.read(DeployerMachine.MIGRATE.accept(request), Accepted.class);
    ObjectNode plain =
        EmbeddedDeploy.complete(asked.environment(), asked.applicationPath(), asked.deploy());
    DeployRequest serving = checked(asked.phase(), plain);
    ObjectNode deploy = deploy(asked, plain, serving.port());
    checked(asked.phase(), deploy);
    return new MigrateRequest(
        asked.environment(),
        asked.phase(),
        asked.applicationPath(),
        asked.containers(),
        settings(asked, serving),
        deploy);
  }

  private static ObjectNode deploy(Accepted asked, ObjectNode plain, int port) {
    ObjectNode deploy = plain.deepCopy();
    switch (asked.phase()) {
      case PARALLEL ->
          deploy.put("simulate", true).put("port", beside(asked, port)).put("containers", "keep");
      case CUTOVER -> {
        deploy.put("containers", "replace");
        // A robot with keys must not be replaced silently by one without.
        if (!deploy.has("when_keys_invalid")) {
          deploy.put("when_keys_invalid", "refuse");
        }
      }
      case PREPARE, CLEANUP, UNDO, STATUS -> {}
    }
    return deploy;
  }

  private static int beside(Accepted asked, int port) {
    int beside =
        asked
            .parallelPort()
            .map(JsonNode::intValue)
            .orElse(port == LAST_PORT ? port - 1 : port + 1);
    if (beside == port) {
      throw new InvalidRequest(
          "$.parallel_port", Integer.toString(beside), "a port other than the application's own");
    }
    return beside;
  }

  private static DeployRequest checked(MigrationPhase phase, ObjectNode deploy) {
    return phase.deploys() ? EmbeddedDeploy.toDeploy(deploy) : EmbeddedDeploy.toRead(deploy);
  }

  private static Map<String, String> settings(Accepted asked, DeployRequest serving) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Environment", asked.environment());
    settings.put("ApplicationPath", asked.applicationPath());
    settings.put("MigrationPhase", Json.constant(asked.phase()));
    settings.put("ContainerNames", texts(asked.containers()));
    settings.put("PersistentPaths", texts(serving.persistentPaths()));
    settings.put("Port", Integer.toString(serving.port()));
    settings.put("HealthPath", serving.healthPath());
    return settings;
  }

  private static String texts(List<String> texts) {
    ArrayNode list = Json.list();
    texts.forEach(list::add);
    return list.toString();
  }
}
