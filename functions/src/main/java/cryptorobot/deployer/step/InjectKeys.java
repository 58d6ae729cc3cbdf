package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SecretsManagerSecrets;
import cryptorobot.deployer.failure.DeploymentFailure.KeysRefused;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Secrets;
import cryptorobot.deployer.ports.StoredSecret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Decides whether the release gets the keys, and runs the host step that writes its {@code .env}.
 *
 * <p>This function validates the keys. The host reads the same version of the secret with its own
 * role, so that no value is sent to it. A release gets no keys only if the secret is missing or not
 * valid, or if the request requires a simulation. If the request requires keys, the first two cases
 * throw {@code KeysRefused}. A failure of the secret store is always a failure. The deployer does
 * not know what the robot does with or without keys.
 */
public final class InjectKeys implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  /**
   * @param mode live with the keys, simulation without
   * @param reason that the release got keys, or why it did not
   */
  record Result(String mode, String keysVersion, String reason, String protocol) {}

  private final Secrets secrets;
  private final HostSteps steps;

  /** On AWS, as the function's environment configures it. */
  public InjectKeys() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public InjectKeys(Map<String, String> environment) {
    this(
        SecretsManagerSecrets.fromEnvironment(environment), HostSteps.fromEnvironment(environment));
  }

  InjectKeys(Secrets secrets, HostSteps steps) {
    this.secrets = secrets;
    this.steps = steps;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), steps.budget(context)));
  }

  Result run(Request request, PollBudget budget) {
    HostStep step =
        new HostStep("inject-keys", request.phase(), request.host(), request.settings());
    if (step.setting("Simulate").equals("true")) {
      return injected(
          step, "simulation", "no keys given: the request requires a simulation", budget);
    }
    return switch (KeysJudge.judge(keys(step))) {
      case KeysVerdict.Live _ -> injected(step, "live", "keys given", budget);
      case KeysVerdict.Simulation simulation -> {
        if (step.setting("WhenKeysInvalid").equals("refuse")) {
          throw new KeysRefused(simulation.reason());
        }
        yield injected(step, "simulation", "no keys given: " + simulation.reason(), budget);
      }
    };
  }

  private StoredSecret keys(HostStep step) {
    String name = step.setting("KeysSecret");
    String version = step.setting("KeysVersion");
    return version.isEmpty()
        ? new StoredSecret.Missing("there is no secret " + name)
        : secrets.read(name, version);
  }

  private Result injected(HostStep step, String mode, String reason, PollBudget budget) {
    ObjectNode answer = steps.run(step.with("Mode", mode), budget);
    return new Result(
        answer.path("mode").asText(),
        answer.path("keys_version").asText(),
        reason,
        answer.path("protocol").asText());
  }
}
