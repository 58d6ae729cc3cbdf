package cryptorobot.deployer.step;

import cryptorobot.deployer.json.FoundValue;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.json.Refusals;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules that tie several fields of a deploy request together. */
final class DeployRules {

  /** Names the deployer itself uses below the application path. */
  private static final Set<String> OURS =
      Set.of(
          "releases",
          "current",
          "venvs",
          "shared",
          "certificates",
          "lock",
          "history.jsonl",
          "mirror",
          "log",
          "crashes",
          ".deployer");

  private DeployRules() {}

  static void demand(DeployRequest request) {
    Refusals refusals = new Refusals();
    repository(request, refusals);
    environmentFolder(request, refusals);
    services(request, refusals);
    persistentPaths(request.persistentPaths(), refusals);
    refusals.raise();
  }

  private static void repository(DeployRequest request, Refusals refusals) {
    if (request.operation().needsRepository() && request.repositoryUrl().isEmpty()) {
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
      refusals.add("$.release", "a release", "nothing, unless operation is rollback");
    }
  }

  private static void environmentFolder(DeployRequest request, Refusals refusals) {
    String folder = request.environmentFolder();
    String inside = request.applicationPath() + "/";
    if (!folder.startsWith(inside) || folder.indexOf('/', inside.length()) >= 0) {
      refusals.add("$.virtual_env_path", FoundValue.text(folder), "a path directly in " + inside);
    } else if (OURS.contains(folder.substring(inside.length()))) {
      String allowed = "not one of the deployer's own: " + String.join(", ", OURS);
      refusals.add("$.virtual_env_path", FoundValue.text(folder), allowed);
    }
  }

  private static void services(DeployRequest request, Refusals refusals) {
    List<Service> services = request.services();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < services.size(); i++) {
      String name = services.get(i).name();
      if (!names.add(name)) {
        String found = FoundValue.text(name) + " a second time";
        refusals.add("$.services[" + i + "].name", found, "each name once");
      }
      heartbeat("$.services[" + i + "]", services.get(i), request.persistentPaths(), refusals);
    }
    if (request.chosenServices().stream().noneMatch(Service::enabled)) {
      refusals.add("$.services", "none that would run", "one enabled that fits mode");
    }
  }

  private static void heartbeat(
      String path, Service service, List<String> persistent, Refusals refusals) {
    if (service.heartbeatFile().isPresent() != service.maxAgeSeconds().isPresent()) {
      String found = service.heartbeatFile().isPresent() ? "heartbeat_file" : "max_age_seconds";
      refusals.add(path, found + " alone", "heartbeat_file and max_age_seconds, or neither");
    }
    if (service.heartbeatFile().isEmpty()) {
      return;
    }
    String file = service.heartbeatFile().get();
    if (!service.type().equals("trading_robot")) {
      refusals.add(path + ".heartbeat_file", FoundValue.text(file), "only with trading_robot");
    }
    if (persistent.stream().noneMatch(kept -> file.startsWith(kept + "/"))) {
      String allowed = "a file below one of persistent_paths: " + String.join(", ", persistent);
      refusals.add(path + ".heartbeat_file", FoundValue.text(file), allowed);
    }
  }

  private static void persistentPaths(List<String> paths, Refusals refusals) {
    for (int i = 0; i < paths.size(); i++) {
      String path = paths.get(i);
      if (paths.stream().anyMatch(other -> path.startsWith(other + "/"))) {
        String found = FoundValue.text(path) + " inside another of them";
        refusals.add("$.persistent_paths[" + i + "]", found, "paths of which none holds another");
      }
    }
  }
}
