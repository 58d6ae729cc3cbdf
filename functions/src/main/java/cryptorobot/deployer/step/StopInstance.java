package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import cryptorobot.deployer.aws.Ec2Instances;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceStopping;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceUnusable;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Stops an instance and waits until it has stopped. Its disk is kept.
 *
 * <p>Throws {@code InstanceStopping} while the instance is stopping; the state machine retries.
 */
public final class StopInstance implements RequestStreamHandler {

  record Request(String instanceId) {}

  record Result(String instanceId, PowerState state) {}

  private final Instances instances;
  private final Waiting waiting;

  /** On AWS, as the function's environment configures it. */
  public StopInstance() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public StopInstance(Map<String, String> environment) {
    this(Ec2Instances.fromEnvironment(environment), Waiting.real());
  }

  StopInstance(Instances instances, Waiting waiting) {
    this.instances = instances;
    this.waiting = waiting;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), PollBudget.of(context, waiting)));
  }

  Result run(Request request, PollBudget budget) {
    Instance instance = instances.describe(request.instanceId());
    boolean requested = false;
    while (instance.state() != PowerState.STOPPED) {
      if (instance.state().isGone()) {
        throw new InstanceUnusable(instance.id() + " has been terminated");
      }
      // A pending instance cannot be stopped yet, a stopping one needs no second request.
      if (instance.state() == PowerState.RUNNING && !requested) {
        instances.stop(instance.id());
        requested = true;
      }
      if (!budget.pause()) {
        throw new InstanceStopping(instance.id() + " is still stopping");
      }
      instance = instances.describe(instance.id());
    }
    return new Result(instance.id(), PowerState.STOPPED);
  }
}
