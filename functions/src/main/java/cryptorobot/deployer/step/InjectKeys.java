package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SecretsManagerSecrets;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs the host step that gives the release its secrets, or none.
 *
 * <p>The host reads the secrets with its own role and validates them. This function reads no value:
 * it sends the names and the versions. The plan has the versions of the secrets that the request
 * declares. An operation on a release takes the declarations from the release, and this function
 * reads the versions that the plan does not have. A release gets no keys only if a secret that it
 * must have to be live is missing or not valid, or if the request requires a simulation. If the
 * request requires keys, the first two cases throw {@code KeysRefused}. A failure of the secret
 * store is always a failure. The deployer does not know what the robot does with or without keys.
 */
public final class InjectKeys implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  /**
   * @param mode live with the keys, simulation without
   * @param reason that the release got keys, or why it did not
   * @param setsMode whether the release has variables for its mode
   * @param warnings the other secrets that the release did not get
   */
  record Result(
      String mode,
      String keysVersion,
      String reason,
      String protocol,
      List<String> warnings,
      boolean setsMode) {}

  private final HostSteps steps;
  private final Supplier<Secrets> secrets;

  /** On AWS, as the function's environment configures it. */
  public InjectKeys() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public InjectKeys(Map<String, String> environment) {
    this(
        HostSteps.fromEnvironment(environment),
        () -> SecretsManagerSecrets.fromEnvironment(environment));
  }

  InjectKeys(HostSteps steps, Supplier<Secrets> secrets) {
    this.steps = steps;
    this.secrets = new Lazy<>(secrets);
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), steps.budget(context)));
  }

  Result run(Request request, PollBudget budget) {
    ObjectNode answer =
        steps.run(
            new HostStep(
                "inject-keys", request.phase(), request.host(), pinned(request.settings())),
            budget);
    List<String> warnings = new ArrayList<>();
    answer.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    return new Result(
        answer.path("mode").asText(),
        answer.path("keys_version").asText(),
        answer.path("reason").asText(),
        answer.path("protocol").asText(),
        warnings,
        answer.path("sets_mode").asBoolean(true));
  }

  /** The settings with a version of each secret. The host needs none for what it does not give. */
  private Map<String, String> pinned(Map<String, String> settings) {
    JsonNode declared = Json.tree(settings.getOrDefault("Secrets", "[]")).orElse(Json.list());
    boolean simulate = settings.getOrDefault("Simulate", "").equals("true");
    for (JsonNode secret : declared) {
      if (!secret.has("version")) {
        boolean needed = !simulate || secret.path("in_simulation").asBoolean();
        String name = settings.get("SecretPrefix") + secret.path("name").asText();
        ((ObjectNode) secret).put("version", needed ? secrets.get().currentVersion(name) : "");
      }
    }
    Map<String, String> pinned = new LinkedHashMap<>(settings);
    pinned.put("Secrets", declared.toString());
    return pinned;
  }
}
