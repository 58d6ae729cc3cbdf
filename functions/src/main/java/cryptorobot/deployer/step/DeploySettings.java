package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ArrayNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Secrets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Turns a request into the flat map of strings from which the host steps take their parameters.
 *
 * <p>It contains only the names and versions of secrets. The versions are read here, once, so that
 * every later state of the execution uses the same values.
 */
final class DeploySettings {

  /** The settings of a release, which a request for an operation on it may override. */
  private static final Map<String, String> OF_A_RELEASE =
      Map.ofEntries(
          Map.entry("services", "Services"),
          Map.entry("port", "Port"),
          Map.entry("health_path", "HealthPath"),
          Map.entry("protocol", "Protocol"),
          Map.entry("certificate_hostname", "CertificateHostname"),
          Map.entry("python_version", "PythonVersion"),
          Map.entry("virtual_env_path", "VirtualEnvPath"),
          Map.entry("when_keys_invalid", "WhenKeysInvalid"),
          Map.entry("simulate", "Simulate"),
          Map.entry("secrets", "Secrets"),
          Map.entry("mode_variables", "ModeVariables"),
          Map.entry("export_env", "ExportEnv"));

  /** The settings of an operation, whatever it does to the release. */
  private static final Map<String, String> OF_AN_OPERATION =
      Map.of("keep_releases", "KeepReleases", "bake_seconds", "BakeSeconds");

  private final SecretNames names;
  private final Supplier<Secrets> secrets;
  private final String logGroups;

  /**
   * @param logGroups the prefix, before the environment, of the name of the log group to which an
   *     instance ships its journal
   */
  DeploySettings(SecretNames names, Supplier<Secrets> secrets, String logGroups) {
    this.names = names;
    this.secrets = secrets;
    this.logGroups = logGroups;
  }

  Map<String, String> of(DeployRequest request, MachineScope scope) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Environment", request.environment());
    settings.put("Operation", Json.constant(request.operation()));
    settings.put("RepositoryUrl", request.repositoryUrl().orElse(""));
    settings.put("Branch", request.branch());
    settings.put("Revision", request.commit());
    settings.put("Release", request.release().orElse(""));
    settings.put("ApplicationPath", request.applicationPath());
    settings.put("VirtualEnvPath", request.environmentFolder());
    settings.put("PythonVersion", request.pythonVersion().orElse(""));
    settings.put("Installation", request.installation().toString());
    settings.put("Services", services(request.chosenServices()));
    settings.put("Port", Integer.toString(request.port()));
    settings.put("HealthPath", request.healthPath());
    settings.put("PersistentPaths", texts(request.persistentPaths()));
    settings.put("KeepReleases", Integer.toString(request.keepReleases()));
    settings.put("BakeSeconds", Integer.toString(request.bakeSeconds()));
    settings.put("Protocol", request.chosenProtocol());
    settings.put("WhenKeysInvalid", request.whenKeysInvalid());
    settings.put("Simulate", Boolean.toString(request.simulate()));
    settings.put("Containers", request.containers());
    settings.put("CertificateHostname", request.certificateName());
    settings.put("DeadManSeconds", Integer.toString(DeadMan.seconds(request)));
    settings.put("LogGroup", scope.shipLogs() ? logGroups + request.environment() : "");
    putSecrets(request, settings);
    return settings;
  }

  /**
   * The settings that override the manifest of a release, because the request contains them. A
   * restart and a new certificate change no setting of a release.
   */
  static Map<String, String> named(DeployRequest request, Map<String, String> settings) {
    Map<String, String> named = new LinkedHashMap<>();
    for (String field : request.named()) {
      String setting = OF_AN_OPERATION.get(field);
      if (setting == null && request.operation().changesARelease()) {
        setting = OF_A_RELEASE.get(field);
      }
      if (setting != null) {
        named.put(setting, settings.get(setting));
      }
    }
    return named;
  }

  /** The settings with which the host compares what serves with this request. */
  Map<String, String> ofPlan(DeployRequest request, MachineScope scope) {
    Map<String, String> settings = of(request, scope);
    settings.put("Operation", WatchRequest.PLAN);
    return settings;
  }

  /** HTTP has no use for a certificate. */
  private void putSecrets(DeployRequest request, Map<String, String> settings) {
    String environment = request.environment();
    boolean certificate = !request.chosenProtocol().equals("http");
    put(settings, "Repository", "RepositorySecretVersion", names.repository(environment), true);
    settings.put("SecretPrefix", names.ofReleases(environment));
    settings.put("Secrets", secrets(request));
    settings.put("ModeVariables", Json.text(request.modeVariables()));
    settings.put("ExportEnv", Boolean.toString(request.exportEnv()));
    put(settings, "Certificate", "CertificateVersion", names.certificate(environment), certificate);
  }

  private void put(
      Map<String, String> settings, String of, String version, String name, boolean needed) {
    settings.put(of + "Secret", name);
    settings.put(version, needed ? secrets.get().currentVersion(name) : "");
  }

  /** A simulation has no version of the keys. */
  private String secrets(DeployRequest request) {
    String prefix = names.ofReleases(request.environment());
    ArrayNode list = Json.list();
    for (Secret secret : request.secrets()) {
      boolean needed = !request.simulate() || secret.inSimulation();
      list.add(secret.pinned(needed ? secrets.get().currentVersion(prefix + secret.name()) : ""));
    }
    return list.toString();
  }

  private static String services(List<Service> services) {
    ArrayNode list = Json.list();
    services.forEach(service -> list.add(Json.tree(service)));
    return list.toString();
  }

  private static String texts(List<String> texts) {
    ArrayNode list = Json.list();
    texts.forEach(list::add);
    return list.toString();
  }
}
