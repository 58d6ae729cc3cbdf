package cryptorobot.deployer.step;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import java.util.List;
import java.util.Map;

/**
 * Asks an environment's instance what serves on it; never a failure, but an answer saying why not.
 */
final class HostStatusReader {

  private final Instances instances;
  private final HostSteps steps;

  HostStatusReader(Instances instances, HostSteps steps) {
    this.instances = instances;
    this.steps = steps;
  }

  HostStatus read(
      String execution, String environment, String applicationPath, PollBudget patience) {
    try {
      List<Instance> bearing =
          instances.tagged(environment).stream().filter(found -> !found.state().isGone()).toList();
      if (bearing.size() != 1) {
        return new HostStatus.Unreadable(bearing.size() + " instances bear the environment's tag");
      }
      Instance instance = bearing.getFirst();
      if (instance.state() != PowerState.RUNNING) {
        return new HostStatus.Unreadable(instance.id() + " does not run");
      }
      Host host = new Host(instance.id(), execution, 0, environment, applicationPath);
      HostStep status = new HostStep("status", 0, "report", host, Map.of());
      return new HostStatus.Read(steps.runAnew(status, patience));
    } catch (DeploymentFailure e) {
      return new HostStatus.Unreadable(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
