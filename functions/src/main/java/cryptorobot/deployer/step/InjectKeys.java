package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Runs the host step that writes the {@code .env} of the release, with or without keys.
 *
 * <p>The host reads the secret with its own role and validates it. This function reads no value: it
 * sends the name and the version of the secret. A release gets no keys only if the secret is
 * missing or not valid, or if the request requires a simulation. If the request requires keys, the
 * first two cases throw {@code KeysRefused}. A failure of the secret store is always a failure. The
 * deployer does not know what the robot does with or without keys.
 */
public final class InjectKeys implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  /**
   * @param mode live with the keys, simulation without
   * @param reason that the release got keys, or why it did not
   */
  record Result(String mode, String keysVersion, String reason, String protocol) {}

  private final HostSteps steps;

  /** On AWS, as the function's environment configures it. */
  public InjectKeys() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public InjectKeys(Map<String, String> environment) {
    this(HostSteps.fromEnvironment(environment));
  }

  InjectKeys(HostSteps steps) {
    this.steps = steps;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), steps.budget(context)));
  }

  Result run(Request request, PollBudget budget) {
    ObjectNode answer =
        steps.run(
            new HostStep("inject-keys", request.phase(), request.host(), request.settings()),
            budget);
    return new Result(
        answer.path("mode").asText(),
        answer.path("keys_version").asText(),
        answer.path("reason").asText(),
        answer.path("protocol").asText());
  }
}
