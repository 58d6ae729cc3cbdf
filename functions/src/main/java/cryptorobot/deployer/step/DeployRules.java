package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.FoundValue;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.json.Refusals;
import java.util.List;
import java.util.Set;

/** The rules that concern several fields of a deploy request. */
final class DeployRules {

  /** The names that the deployer uses below the application path, in the order of a refusal. */
  private static final List<String> RESERVED =
      List.of(
          "releases", "current", "venvs", "shared", "certificates", "mirror", "before-migration");

  private static final Set<String> READINGS = Set.of(WatchRequest.PLAN, "status");

  private DeployRules() {}

  /** Refuses the operations that this machine had once and that change nothing. */
  static void refuseReading(JsonNode request) {
    String operation = request.path("operation").asText();
    if (READINGS.contains(operation)) {
      String allowed = "an operation that changes something; the watch machine takes " + operation;
      throw new InvalidRequest("$.operation", FoundValue.text(operation), allowed);
    }
  }

  /**
   * @param needsRepository whether the repository must be named
   */
  static void demand(DeployRequest request, boolean needsRepository) {
    Refusals refusals = new Refusals();
    repository(request, needsRepository, refusals);
    environmentFolder(request, refusals);
    ServiceRules.demand(request, refusals);
    persistentPaths(request.persistentPaths(), refusals);
    SecretRules.demand(request, refusals);
    refusals.raise();
  }

  private static void repository(
      DeployRequest request, boolean needsRepository, Refusals refusals) {
    if (needsRepository && request.repositoryUrl().isEmpty()) {
      refusals.add(
          "$.repository_url", FoundValue.NO_VALUE, "the address of the application's repository");
    }
    if (request.operation().changesARelease()
        && request.named().contains("mode")
        && !request.named().contains("services")) {
      String mode = Json.constant(request.mode());
      refusals.add("$.mode", FoundValue.text(mode), "mode together with services, or neither");
    }
    if (request.operation() != Operation.ROLLBACK && request.release().isPresent()) {
      refusals.add("$.release", "a release", "no value unless operation is rollback");
    }
  }

  private static void environmentFolder(DeployRequest request, Refusals refusals) {
    String folder = request.environmentFolder();
    String inside = request.applicationPath() + "/";
    if (!folder.startsWith(inside) || folder.indexOf('/', inside.length()) >= 0) {
      refusals.add("$.virtual_env_path", FoundValue.text(folder), "a path directly in " + inside);
    } else if (RESERVED.contains(folder.substring(inside.length()))) {
      String allowed = "a name that is not reserved: " + String.join(", ", RESERVED);
      refusals.add("$.virtual_env_path", FoundValue.text(folder), allowed);
    }
  }

  private static void persistentPaths(List<String> paths, Refusals refusals) {
    for (int i = 0; i < paths.size(); i++) {
      String path = paths.get(i);
      if (paths.stream().anyMatch(other -> path.startsWith(other + "/"))) {
        String found = FoundValue.text(path) + " inside another path";
        refusals.add(
            "$.persistent_paths[" + i + "]", found, "paths that do not contain each other");
      }
    }
  }
}
