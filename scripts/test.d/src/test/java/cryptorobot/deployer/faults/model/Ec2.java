package cryptorobot.deployer.faults.model;

import cryptorobot.deployer.ports.AgentStatus;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import java.util.List;

/** EC2 with the one instance. */
public final class Ec2 implements Instances {
  private static final String ID = "i-0123456789abcdef0";
  private final Machine machine;

  public Ec2(Machine machine) {
    this.machine = machine;
  }

  @Override
  public List<Instance> tagged(String environment) {
    return List.of(describe(ID));
  }

  @Override
  public Instance describe(String instanceId) {
    return new Instance(
        ID,
        machine.isOn() ? PowerState.RUNNING : PowerState.STOPPED,
        machine.launchedAt(),
        machine.isOn() ? "10.213.0.2" : "");
  }

  @Override
  public AgentStatus agent(String instanceId) {
    return machine.answers()
        ? new AgentStatus.Online("3.3.4624.0", machine.time().now().plusMillis(1))
        : new AgentStatus.Offline("ConnectionLost");
  }

  @Override
  public void start(String instanceId) {
    machine.powerOn();
  }

  @Override
  public void stop(String instanceId) {
    machine.powerOff();
  }
}
