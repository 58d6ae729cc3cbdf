package cryptorobot.deployer.step;

import static java.util.stream.Collectors.joining;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import cryptorobot.deployer.aws.Ec2Instances;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceAmbiguous;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotFound;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotReady;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceUnusable;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.AgentStatus;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the instance of an environment, starts it if requested, and waits for its agent.
 *
 * <p>Throws {@code InstanceNotReady} while the instance is starting; the state machine retries. A
 * stopped instance that is not to be started is a result, not a failure.
 */
public final class StartInstance implements RequestStreamHandler {

  /**
   * @param start whether to start a stopped instance
   * @param since when the execution started. An instance that was launched later was stopped then
   */
  record Request(String environment, boolean start, Instant since) {}

  record Result(
      String instanceId,
      PowerState state,
      boolean wasStopped,
      String address,
      String agentVersion) {}

  private final Instances instances;
  private final Waiting waiting;

  /** On AWS, as the function's environment configures it. */
  public StartInstance() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public StartInstance(Map<String, String> environment) {
    this(Ec2Instances.fromEnvironment(environment), Waiting.real());
  }

  StartInstance(Instances instances, Waiting waiting) {
    this.instances = instances;
    this.waiting = waiting;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), PollBudget.of(context, waiting)));
  }

  Result run(Request request, PollBudget budget) {
    Instance instance = only(request.environment());
    boolean wasStopped = false;
    while (true) {
      if (instance.state() == PowerState.STOPPED) {
        if (!request.start()) {
          return new Result(instance.id(), PowerState.STOPPED, true, instance.address(), "");
        }
        instances.start(instance.id());
        wasStopped = true;
      }
      Optional<String> agent = agentVersion(instance);
      if (agent.isPresent()) {
        // EC2 gives launch times in whole seconds.
        Instant since = request.since().truncatedTo(ChronoUnit.SECONDS);
        boolean launched = wasStopped || !instance.launchedAt().isBefore(since);
        return new Result(
            instance.id(), PowerState.RUNNING, launched, instance.address(), agent.get());
      }
      if (!budget.pause()) {
        throw new InstanceNotReady(notReady(instance));
      }
      instance = instances.describe(instance.id());
    }
  }

  private Instance only(String environment) {
    List<Instance> tagged = instances.tagged(environment);
    List<Instance> usable = tagged.stream().filter(found -> !found.state().isGone()).toList();
    if (usable.size() > 1) {
      throw new InstanceAmbiguous(
          "%d instances have the tag crypto-robot:environment = %s and the tag of this stack, exactly one must have them: %s"
              .formatted(usable.size(), environment, ids(usable)));
    }
    if (usable.isEmpty() && !tagged.isEmpty()) {
      throw new InstanceUnusable(
          "the instance of " + environment + " is terminated: " + ids(tagged));
    }
    if (usable.isEmpty()) {
      throw new InstanceNotFound(
          "no instance has the tags crypto-robot:environment = "
              + environment
              + " and crypto-robot:stack of this stack");
    }
    return usable.getFirst();
  }

  private static String ids(List<Instance> instances) {
    return instances.stream().map(Instance::id).sorted().collect(joining(", "));
  }

  /** The version of the agent if it has been online since this launch, not only before it. */
  private Optional<String> agentVersion(Instance instance) {
    return switch (instance.state()) {
      case PENDING, STOPPING, STOPPED -> Optional.empty();
      case SHUTTING_DOWN, TERMINATED ->
          throw new InstanceUnusable(instance.id() + " has been terminated");
      case RUNNING ->
          switch (instances.agent(instance.id())) {
            case AgentStatus.Online online when online.lastPing().isAfter(instance.launchedAt()) ->
                Optional.of(AgentVersion.requireUsable(instance.id(), online.version()));
            case AgentStatus.Online _, AgentStatus.Offline _ -> Optional.empty();
          };
    };
  }

  private static String notReady(Instance instance) {
    return instance.state() == PowerState.RUNNING
        ? instance.id() + " is running, but its agent is not online yet"
        : instance.id() + " is " + instance.state().name().toLowerCase(java.util.Locale.ROOT);
  }
}
