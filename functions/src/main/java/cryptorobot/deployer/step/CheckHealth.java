package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.Unhealthy;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks on the host that the release is healthy, from its first answer to the end of the bake
 * time.
 *
 * <p>Otherwise throws {@code Unhealthy} with the unit, the reason and the line of the journal that
 * proves it. The check runs on the host, because a function outside the network cannot reach the
 * instance. It needs no open port.
 */
public final class CheckHealth implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  record Result(boolean healthy, int probes, int seconds) {}

  private final HostSteps steps;

  /** On AWS, as the function's environment configures it. */
  public CheckHealth() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public CheckHealth(Map<String, String> environment) {
    this(HostSteps.fromEnvironment(environment));
  }

  CheckHealth(HostSteps steps) {
    this.steps = steps;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), steps.budget(context)));
  }

  Result run(Request request, PollBudget budget) {
    HostStep health =
        new HostStep("check-health", request.phase(), request.host(), request.settings());
    ObjectNode answer = steps.run(health, budget);
    if (answer.path("healthy").asBoolean()) {
      return new Result(true, answer.path("probes").asInt(), answer.path("seconds").asInt());
    }
    String bundle = answer.path("bundle").asText();
    throw new Unhealthy(
        Stream.of("unit", "reason", "evidence")
                .map(part -> answer.path(part).asText())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(": "))
            + (bundle.isEmpty() ? "" : " (crash bundle " + bundle + ")"));
  }
}
