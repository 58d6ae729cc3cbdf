package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A deploy request that the schema accepts and that follows {@link DeployRules}.
 *
 * @param installation the fields of the request that decide what is installed
 * @param named the fields in the request of the caller; the others have their defaults
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
    List<Secret> secrets,
    ModeVariables modeVariables,
    boolean exportEnv,
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
    JsonNode installation,
    List<String> named) {

  /** The fields that decide what is installed. None has a default: the host has the defaults. */
  private static final List<String> OF_INSTALLATION =
      List.of(
          "python_source",
          "system_packages",
          "directory",
          "requirements",
          "extras",
          "install_project",
          "require_hashes",
          "builder",
          "fresh");

  /** The request, or {@code InvalidRequest} with all that is wrong with it. */
  static DeployRequest of(JsonNode request) {
    DeployRules.refuseReading(request);
    DeployRequest accepted = accepted(request);
    DeployRules.demand(accepted, accepted.operation().needsRepository());
    return accepted;
  }

  /** A request of which only the settings are read; it may lack what only a deploy needs. */
  static DeployRequest settingsOf(JsonNode request) {
    DeployRequest accepted = accepted(request);
    DeployRules.demand(accepted, false);
    return accepted;
  }

  private static DeployRequest accepted(JsonNode request) {
    ObjectNode filled = DeployerMachine.DEPLOY.accept(withLists(request));
    ObjectNode installation = Json.object();
    for (String field : OF_INSTALLATION) {
      JsonNode value = filled.remove(field);
      if (value != null) {
        installation.set(field, value);
      }
    }
    filled.set("installation", installation);
    request.fieldNames().forEachRemaining(filled.putArray("named")::add);
    return Json.read(filled, DeployRequest.class);
  }

  /** One path of requirements may be written without a list. */
  private static JsonNode withLists(JsonNode request) {
    if (!request.isObject() || !request.path("requirements").isTextual()) {
      return request;
    }
    ObjectNode listed = request.deepCopy();
    listed.set("requirements", Json.list().add(request.get("requirements")));
    return listed;
  }

  /** The packages of the distribution that the release needs. */
  List<String> systemPackages() {
    List<String> names = new ArrayList<>();
    installation.path("system_packages").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** The path of the serving release's virtual environment. */
  String environmentFolder() {
    return virtualEnvPath.orElse(applicationPath + "/venv");
  }

  /** The host name that the certificate must cover. */
  String certificateName() {
    return certificateHostname.orElse(environment);
  }

  /**
   * https, https-or-http or http; by default, only a local environment may serve without a
   * certificate.
   */
  String chosenProtocol() {
    return protocol.orElse(environment.endsWith(".local") ? "https-or-http" : "https");
  }

  /** The requested commit, or an empty string. */
  String commit() {
    return revision.orElse("").toLowerCase(Locale.ROOT);
  }

  /** The services, each enabled only if the mode includes it. */
  List<Service> chosenServices() {
    return services.stream().map(service -> service.runningIn(mode)).toList();
  }
}
