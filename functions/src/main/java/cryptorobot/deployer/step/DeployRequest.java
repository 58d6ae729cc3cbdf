package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A deploy request as the schema accepted it, with the rules no schema expresses.
 *
 * @param named the fields the caller wrote; the schema filled in the others
 */
record DeployRequest(
    String environment,
    Operation operation,
    Optional<String> repositoryUrl,
    String branch,
    Optional<String> revision,
    Optional<String> release,
    Optional<String> pythonVersion,
    String applicationPath,
    Optional<String> virtualEnvPath,
    Optional<String> certificateHostname,
    Optional<String> githubSecretName,
    List<Service> services,
    Mode mode,
    int port,
    String healthPath,
    Optional<String> protocol,
    String whenKeysInvalid,
    boolean simulate,
    String containers,
    List<String> persistentPaths,
    int keepReleases,
    int bakeSeconds,
    boolean restorePower,
    List<String> named) {

  /** The request, or {@code InvalidRequest} with all that is wrong with it. */
  static DeployRequest of(JsonNode request) {
    ObjectNode filled = DeployerMachine.DEPLOY.accept(request);
    request.fieldNames().forEachRemaining(filled.putArray("named")::add);
    DeployRequest accepted = Json.read(filled, DeployRequest.class);
    DeployRules.demand(accepted);
    return accepted;
  }

  /** Where the serving release's environment is found. */
  String environmentFolder() {
    return virtualEnvPath.orElse(applicationPath + "/venv");
  }

  /** The name the certificate must be for. */
  String certificateName() {
    return certificateHostname.orElse(environment);
  }

  /** https, https-or-http or http; a local environment may do without a certificate. */
  String chosenProtocol() {
    return protocol.orElse(environment.endsWith(".local") ? "https-or-http" : "https");
  }

  /** The exact commit asked for, or empty text. */
  String commit() {
    return revision.orElse("").toLowerCase(Locale.ROOT);
  }

  /** The services with the mode folded into {@code enabled}. */
  List<Service> chosenServices() {
    return services.stream().map(service -> service.runningIn(mode)).toList();
  }
}
