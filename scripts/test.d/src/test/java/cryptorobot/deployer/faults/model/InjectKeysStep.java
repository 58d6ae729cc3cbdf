package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** {@code inject-keys}: finishes a release, or changes one in place that served before. */
final class InjectKeysStep {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> RECORDED =
      List.of(
          "Services",
          "Port",
          "HealthPath",
          "CertificateHostname",
          "PersistentPaths",
          "PythonVersion",
          "Installation",
          "VirtualEnvPath",
          "RepositoryUrl",
          "Branch",
          "RequestedProtocol",
          "Simulate",
          "WhenKeysInvalid",
          "KeepReleases",
          "BakeSeconds");

  private InjectKeysStep() {}

  static ObjectNode run(StepRun run) {
    var disk = run.disk;
    var id = run.parameter("Release");
    var release = disk.releases.get(id);
    if (release == null || release.environment.isEmpty()) {
      throw new StepFailure("ReleaseNotFound", "release " + id + " is not built on this instance");
    }
    boolean https = run.parameter("Protocol").equals("https");
    var certificate = run.parameter("CertificateVersion");
    if (https && !disk.certificates.contains(certificate)) {
      throw new StepFailure("CertificateUnreadable", "version " + certificate + " is not here");
    }
    var env = new Env(mode(run), keysVersion(run), run.parameter("Protocol"));
    FormerState.save(run, id);
    run.program.change("write .env", () -> release.env = env);
    var linked = https ? certificate : "";
    var state = new RootState(units(run, release), release.environment, linked, linked);
    run.program.change("remove the former state", () -> disk.states.remove(id));
    run.program.change("write the state", () -> disk.states.put(id, state));
    var settings = new TreeMap<String, String>();
    RECORDED.forEach(name -> settings.put(name, run.parameter(name)));
    settings.put("Revision", release.revision);
    var manifest =
        new Manifest(
            id, release.revision, release.environment, env, certificate, run.owner(), settings);
    run.program.change("write release.json", () -> release.manifest = manifest);
    run.deadMan.record("keys", id, "");
    run.program.point("answer");
    return StepRun.result()
        .put("mode", env.mode())
        .put("reason", env.mode().equals("live") ? "keys given" : "no keys given")
        .put("protocol", env.protocol())
        .put("keys_version", env.keysVersion());
  }

  /** Every secret of the model holds good keys. */
  private static String mode(StepRun run) {
    boolean keys = run.parameter("Simulate").equals("false");
    return keys && !keysVersion(run).isEmpty() ? "live" : "simulation";
  }

  /** The version of the secret keys in the request; the model has no other secret. */
  static String keysVersion(StepRun run) {
    try {
      return JSON.readTree(run.parameter("Secrets")).path(0).path("version").asText();
    } catch (JsonProcessingException e) {
      throw new StepFailure("InvalidParameter", "Secrets is not JSON");
    }
  }

  private static List<UnitFile> units(StepRun run, Release release) {
    var units = new ArrayList<UnitFile>();
    try {
      for (var service : JSON.readTree(run.parameter("Services"))) {
        if (service.get("enabled").asBoolean()) {
          units.add(
              new UnitFile(
                  service.get("name").asText(),
                  service.get("type").asText().equals("trading_robot"),
                  release.environment,
                  service.get("command").asText()));
        }
      }
    } catch (JsonProcessingException e) {
      throw new StepFailure("InvalidParameter", "Services is not JSON");
    }
    return units;
  }
}
