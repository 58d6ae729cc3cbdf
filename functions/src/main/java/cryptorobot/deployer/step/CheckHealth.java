package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SsmHostCommands;
import cryptorobot.deployer.failure.DeploymentFailure.Unhealthy;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the host whether the release runs well, through first answers and bake.
 *
 * <p>{@code Unhealthy} otherwise, with the unit, the reason and the line of the journal that proves
 * it. The host is asked because a function outside the network cannot reach the instance, and needs
 * no open port this way.
 */
public final class CheckHealth implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  record Result(boolean healthy, int probes, int seconds) {}

  private final HostSteps steps;
  private final Waiting waiting;

  /** On AWS, as the function's environment configures it. */
  public CheckHealth() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public CheckHealth(Map<String, String> environment) {
    this(
        SsmHostCommands.fromEnvironment(environment),
        StepDocuments.packaged(environment),
        Waiting.real());
  }

  CheckHealth(HostCommands commands, StepDocuments documents, Waiting waiting) {
    this.steps = new HostSteps(commands, documents, waiting);
    this.waiting = waiting;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), PollBudget.of(context, waiting)));
  }

  Result run(Request request, PollBudget patience) {
    HostStep health = new HostStep("health", request.phase(), request.host(), request.settings());
    ObjectNode answer = steps.run(health, patience);
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
