package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SfnExecutions;
import cryptorobot.deployer.aws.SsmHostCommands;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs a host step and returns the JSON object it prints.
 *
 * <p>Fails with what the step's exit code means, or with {@code StepRunning} when the step outlasts
 * the invocation. The step {@code begin} acquires the lock: see {@link AcquireLock}. The steps
 * {@code roll-back} and {@code discard} are done a second time when they were ended before they
 * were done.
 */
public final class RunDeployStep implements RequestStreamHandler {

  record Request(String step, int phase, int attempt, Host host, Map<String, String> settings) {}

  private final HostSteps steps;
  private final AcquireLock lock;
  private final Waiting waiting;

  /** On AWS, as the function's environment configures it. */
  public RunDeployStep() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public RunDeployStep(Map<String, String> environment) {
    this(
        SsmHostCommands.fromEnvironment(environment),
        () -> SfnExecutions.fromEnvironment(environment),
        StepDocuments.packaged(environment),
        Waiting.real());
  }

  /** Executions are asked only about a lock that is held: until then there is no client of them. */
  RunDeployStep(
      HostCommands commands,
      Supplier<Executions> executions,
      StepDocuments documents,
      Waiting waiting) {
    this.steps = new HostSteps(commands, documents, waiting);
    this.lock = new AcquireLock(steps, executions);
    this.waiting = waiting;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), PollBudget.of(context, waiting)));
  }

  ObjectNode run(Request request, PollBudget patience) {
    String attempt = request.attempt() == 0 ? "" : Integer.toString(request.attempt());
    HostStep step =
        new HostStep(request.step(), request.phase(), attempt, request.host(), request.settings());
    return switch (step.step()) {
      case "begin" -> lock.run(step, patience);
      case "roll-back", "discard" -> toItsEnd(step, patience);
      default -> steps.run(step, patience);
    };
  }

  /**
   * Ended half way, nothing may serve, or what serves may run on keys that were taken back; and no
   * other state mends that: it is done once more.
   */
  private ObjectNode toItsEnd(HostStep step, PollBudget patience) {
    try {
      return steps.run(step, patience);
    } catch (StepFailed e) {
      return steps.run(step.again("again"), patience);
    }
  }
}
