package cryptorobot.deployer.step;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import java.util.List;
import java.util.Map;

/**
 * Reads the status of an environment's instance. A failure is not thrown but returned as {@link
 * HostStatus.Unreadable}.
 */
final class HostStatusReader {

  private final Instances instances;
  private final HostSteps steps;

  HostStatusReader(Instances instances, HostSteps steps) {
    this.instances = instances;
    this.steps = steps;
  }

  HostStatus read(String execution, String environment, String applicationPath, PollBudget budget) {
    try {
      List<Instance> usable =
          instances.tagged(environment).stream().filter(found -> !found.state().isGone()).toList();
      if (usable.size() != 1) {
        return new HostStatus.Unreadable(usable.size() + " instances have the environment's tag");
      }
      Instance instance = usable.getFirst();
      if (instance.state() != PowerState.RUNNING) {
        return new HostStatus.Unreadable(instance.id() + " is not running");
      }
      Host host = new Host(instance.id(), execution, 0, environment, applicationPath);
      HostStep status = new HostStep("read-status", 0, "report", host, Map.of());
      return new HostStatus.Read(steps.runAlways(status, budget));
    } catch (DeploymentFailure e) {
      return new HostStatus.Unreadable(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
