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
 * Finds the one instance of an environment, starts it if asked to, and waits for its agent.
 *
 * <p>{@code InstanceNotReady} while it is on the way up; the state machine asks again. An instance
 * that is stopped, and is not to be started, is an answer and not a failure.
 */
public final class StartInstance implements RequestStreamHandler {

  /**
   * @param start whether to start the instance when it is stopped
   * @param since when the execution started: an instance launched later was stopped before
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

  Result run(Request request, PollBudget patience) {
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
      if (!patience.goOn()) {
        throw new InstanceNotReady(notReady(instance));
      }
      instance = instances.describe(instance.id());
    }
  }

  private Instance only(String environment) {
    List<Instance> bearing = instances.tagged(environment);
    List<Instance> usable = bearing.stream().filter(found -> !found.state().isGone()).toList();
    if (usable.size() > 1) {
      throw new InstanceAmbiguous(
          "%d instances bear the tag crypto-robot:environment = %s, one must: %s"
              .formatted(usable.size(), environment, ids(usable)));
    }
    if (usable.isEmpty() && !bearing.isEmpty()) {
      throw new InstanceUnusable(
          "the instance of " + environment + " is terminated: " + ids(bearing));
    }
    if (usable.isEmpty()) {
      throw new InstanceNotFound(
          "no instance bears the tag crypto-robot:environment = " + environment);
    }
    return usable.getFirst();
  }

  private static String ids(List<Instance> instances) {
    return instances.stream().map(Instance::id).sorted().collect(joining(", "));
  }

  /** The version of an agent that is online since this launch, not one remembered from before. */
  private Optional<String> agentVersion(Instance instance) {
    return switch (instance.state()) {
      case PENDING, STOPPING, STOPPED -> Optional.empty();
      case SHUTTING_DOWN, TERMINATED ->
          throw new InstanceUnusable(instance.id() + " has been terminated");
      case RUNNING ->
          switch (instances.agent(instance.id())) {
            case AgentStatus.Online online when online.lastPing().isAfter(instance.launchedAt()) ->
                Optional.of(AgentVersion.demandUsable(instance.id(), online.version()));
            case AgentStatus.Online _, AgentStatus.Offline _ -> Optional.empty();
          };
    };
  }

  private static String notReady(Instance instance) {
    return instance.state() == PowerState.RUNNING
        ? instance.id() + " runs, but its agent is not online yet"
        : instance.id() + " is " + instance.state().name().toLowerCase(java.util.Locale.ROOT);
  }
}
