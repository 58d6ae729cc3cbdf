package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SecretsManagerSecrets;
import cryptorobot.deployer.aws.SsmHostCommands;
import cryptorobot.deployer.failure.DeploymentFailure.KeysRefused;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Secrets;
import cryptorobot.deployer.ports.StoredSecret;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Decides whether the release gets the keys, and has the host write its environment.
 *
 * <p>The keys' content is judged here; the host reads the same version of the secret with its own
 * role, so that no value travels. Only bad content or a missing secret means no keys (or {@code
 * KeysRefused}, when the request says so); a secret store that fails is a failure. What a robot
 * does with keys or without is its own affair.
 */
public final class InjectKeys implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  /**
   * @param mode live with the keys, simulation without
   * @param reason that keys were given, or why none were
   */
  record Result(String mode, String keysVersion, String reason, String protocol) {}

  private final Secrets secrets;
  private final HostSteps steps;
  private final Waiting waiting;

  /** On AWS, as the function's environment configures it. */
  public InjectKeys() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public InjectKeys(Map<String, String> environment) {
    this(
        SecretsManagerSecrets.fromEnvironment(environment),
        SsmHostCommands.fromEnvironment(environment),
        StepDocuments.packaged(environment),
        Waiting.real());
  }

  InjectKeys(Secrets secrets, HostCommands commands, StepDocuments documents, Waiting waiting) {
    this.secrets = secrets;
    this.steps = new HostSteps(commands, documents, waiting);
    this.waiting = waiting;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), PollBudget.of(context, waiting)));
  }

  Result run(Request request, PollBudget patience) {
    HostStep step =
        new HostStep("inject-keys", request.phase(), request.host(), request.settings());
    if (step.setting("Simulate").equals("true")) {
      return injected(step, "simulation", "no keys given: the request says so", patience);
    }
    return switch (KeysJudge.judge(keys(step))) {
      case KeysVerdict.Live _ -> injected(step, "live", "keys given", patience);
      case KeysVerdict.Simulation simulation -> {
        if (step.setting("WhenKeysInvalid").equals("refuse")) {
          throw new KeysRefused(simulation.reason());
        }
        yield injected(step, "simulation", "no keys given: " + simulation.reason(), patience);
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

  private Result injected(HostStep step, String mode, String reason, PollBudget patience) {
    ObjectNode answer = steps.run(step.with("Mode", mode), patience);
    return new Result(
        answer.path("mode").asText(),
        answer.path("keys_version").asText(),
        reason,
        answer.path("protocol").asText());
  }
}
