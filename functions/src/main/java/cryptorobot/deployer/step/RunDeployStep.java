package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SfnExecutions;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Executions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs a host step and returns the JSON object it prints.
 *
 * <p>Throws the failure that the step reports, or {@code StepRunning} if the step takes longer than
 * the invocation. The step {@code acquire-lock} acquires the lock: see {@link AcquireLock}. The
 * steps {@code roll-back} and {@code discard-release} are run a second time if they were ended
 * before they completed.
 */
public final class RunDeployStep implements RequestStreamHandler {

  record Request(String step, int phase, int attempt, Host host, Map<String, String> settings) {}

  private final HostSteps steps;
  private final AcquireLock lock;

  /** On AWS, as the function's environment configures it. */
  public RunDeployStep() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public RunDeployStep(Map<String, String> environment) {
    this(HostSteps.fromEnvironment(environment), () -> SfnExecutions.fromEnvironment(environment));
  }

  /**
   * @param executions makes the client that is needed only if the lock has an owner
   */
  RunDeployStep(HostSteps steps, Supplier<Executions> executions) {
    this.steps = steps;
    this.lock = new AcquireLock(steps, executions);
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), steps.budget(context)));
  }

  ObjectNode run(Request request, PollBudget budget) {
    String attempt = request.attempt() == 0 ? "" : Integer.toString(request.attempt());
    HostStep step =
        new HostStep(request.step(), request.phase(), attempt, request.host(), request.settings());
    return switch (step.step()) {
      case "acquire-lock" -> lock.run(step, budget);
      case "roll-back", "discard-release" -> twiceIfEnded(step, budget);
      default -> steps.run(step, budget);
    };
  }

  /**
   * If such a step is ended before it completes, perhaps no release serves, or the serving release
   * runs with keys that were withdrawn. No other state repairs this, so the step is run once more.
   */
  private ObjectNode twiceIfEnded(HostStep step, PollBudget budget) {
    try {
      return steps.run(step, budget);
    } catch (StepFailed e) {
      return steps.run(step.again("again"), budget);
    }
  }
}
