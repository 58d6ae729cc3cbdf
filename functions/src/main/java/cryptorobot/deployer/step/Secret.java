package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A secret of the environment that a release is given. The schema describes its fields.
 *
 * @param variables which variables of the release's {@code .env} get which fields of the secret
 * @param file the file of the release that gets the secret, or one field of it
 * @param githubSecretName the GitHub secret from which the workflow stores it; the host does not
 *     need it
 */
record Secret(
    String name,
    Optional<Map<String, String>> variables,
    Optional<String> file,
    Optional<String> field,
    boolean requiredForLive,
    boolean inSimulation,
    Optional<String> githubSecretName) {

  Set<String> names() {
    return variables.map(Map::keySet).orElse(Set.of());
  }

  /** The declaration as the host takes it, with the version of the secret. */
  ObjectNode pinned(String version) {
    ObjectNode declaration = Json.tree(this);
    declaration.remove("github_secret_name");
    return declaration.put("version", version);
  }
}
