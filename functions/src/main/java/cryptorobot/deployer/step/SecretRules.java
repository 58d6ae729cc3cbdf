package cryptorobot.deployer.step;

import cryptorobot.deployer.json.FoundValue;
import cryptorobot.deployer.json.Refusals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules that concern the secrets of a deploy request. */
final class SecretRules {

  private SecretRules() {}

  static void demand(DeployRequest request, Refusals refusals) {
    List<Secret> secrets = request.secrets();
    Set<String> names = new HashSet<>();
    Set<String> variables = new HashSet<>();
    List<String> files = new ArrayList<>();
    for (int i = 0; i < secrets.size(); i++) {
      Secret secret = secrets.get(i);
      String path = "$.secrets[" + i + "]";
      if (!names.add(secret.name())) {
        String found = FoundValue.text(secret.name()) + " a second time";
        refusals.add(path + ".name", found, "unique names");
      }
      for (String variable : secret.names()) {
        if (!variables.add(variable)) {
          String found = FoundValue.text(variable) + " a second time";
          refusals.add(path + ".variables", found, "unique variables");
        }
      }
      form(path, secret, refusals);
      if (secret.file().isPresent()) {
        file(path + ".file", secret.file().get(), files, request.persistentPaths(), refusals);
        files.add(secret.file().get());
      }
    }
    for (String name : request.modeVariables().names()) {
      if (variables.contains(name)) {
        String found = FoundValue.text(name) + ", which a secret becomes";
        refusals.add("$.mode_variables", found, "variables that no secret becomes");
      }
    }
    variables.addAll(request.modeVariables().names());
    services(request.services(), variables, refusals);
    required(request, refusals);
  }

  /** A variable of a service overrides that of {@code .env}: the robot would read another mode. */
  private static void services(List<Service> services, Set<String> names, Refusals refusals) {
    for (int i = 0; i < services.size(); i++) {
      for (String name : services.get(i).env().map(Map::keySet).orElse(Set.of())) {
        if (names.contains(name)) {
          String found = FoundValue.text(name) + ", which secrets or mode_variables set";
          refusals.add("$.services[" + i + "].env", found, "variables of the service alone");
        }
      }
    }
  }

  private static void form(String path, Secret secret, Refusals refusals) {
    if (secret.variables().isPresent() == secret.file().isPresent()) {
      String found = secret.file().isPresent() ? "variables and file" : "neither";
      refusals.add(path, found, "either variables or file");
    }
    if (secret.variables().isPresent() && secret.names().isEmpty()) {
      refusals.add(path + ".variables", "no variable", "an object with 1 to 40 variables");
    }
    if (secret.field().isPresent() && secret.file().isEmpty()) {
      refusals.add(path + ".field", FoundValue.text(secret.field().get()), "only with file");
    }
    if (secret.requiredForLive() && secret.inSimulation()) {
      String allowed = "one of them: a simulation gets no secret that is required to be live";
      refusals.add(path, "required_for_live and in_simulation", allowed);
    }
  }

  private static void file(
      String path, String file, List<String> others, List<String> persistent, Refusals refusals) {
    for (String other : others) {
      if (other.equals(file) || isInside(file, other) || isInside(other, file)) {
        String allowed = "files that are different and do not contain each other";
        refusals.add(path, FoundValue.text(file) + " beside " + FoundValue.text(other), allowed);
      }
    }
    for (String kept : persistent) {
      if (kept.equals(file) || isInside(file, kept) || isInside(kept, file)) {
        String allowed = "a file outside persistent_paths: " + String.join(", ", persistent);
        refusals.add(path, FoundValue.text(file), allowed);
      }
    }
  }

  private static boolean isInside(String path, String folder) {
    return path.startsWith(folder + "/");
  }

  /** Otherwise a release would be live without any key. */
  private static void required(DeployRequest request, Refusals refusals) {
    if (!request.simulate() && request.secrets().stream().noneMatch(Secret::requiredForLive)) {
      refusals.add(
          "$.secrets",
          "no secret with required_for_live",
          "at least one secret with required_for_live, or simulate: true");
    }
  }
}
