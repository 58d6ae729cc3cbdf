package cryptorobot.deployer.fakes;

import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotFound;
import cryptorobot.deployer.ports.AgentStatus;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import cryptorobot.deployer.ports.Waiting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Instances whose power state changes after one read, and whose agent comes online after one more.
 */
public final class FakeInstances implements Instances {

  public static final String VERSION = "3.3.4624.0";

  private final Waiting waiting;
  private final Map<String, Instance> instances = new LinkedHashMap<>();
  private final List<String> requested = new ArrayList<>();
  private AgentStatus agent = new AgentStatus.Offline("not registered");
  private boolean agentComes = true;

  public FakeInstances(Waiting waiting) {
    this.waiting = waiting;
  }

  public FakeInstances with(Instance instance) {
    instances.put(instance.id(), instance);
    return this;
  }

  public FakeInstances with(AgentStatus remembered) {
    agent = remembered;
    agentComes = false;
    return this;
  }

  /** The power changes requested so far, in order. */
  public List<String> requested() {
    return requested;
  }

  @Override
  public List<Instance> tagged(String environment) {
    return List.copyOf(instances.values());
  }

  @Override
  public Instance describe(String instanceId) {
    Instance now = instances.get(instanceId);
    if (now == null) {
      throw new InstanceNotFound("no instance has the id " + instanceId);
    }
    PowerState next =
        switch (now.state()) {
          case PENDING -> PowerState.RUNNING;
          case STOPPING -> PowerState.STOPPED;
          case RUNNING, STOPPED, SHUTTING_DOWN, TERMINATED -> now.state();
        };
    instances.put(instanceId, in(now, next));
    return now;
  }

  @Override
  public AgentStatus agent(String instanceId) {
    AgentStatus present = agent;
    if (agentComes) {
      agent = new AgentStatus.Online(VERSION, waiting.now().plusSeconds(1));
    }
    return present;
  }

  @Override
  public void start(String instanceId) {
    requested.add("start " + instanceId);
    Instance now = instances.get(instanceId);
    instances.put(
        instanceId, new Instance(instanceId, PowerState.PENDING, waiting.now(), now.address()));
  }

  @Override
  public void stop(String instanceId) {
    requested.add("stop " + instanceId);
    instances.put(instanceId, in(instances.get(instanceId), PowerState.STOPPING));
  }

  private static Instance in(Instance instance, PowerState state) {
    return new Instance(instance.id(), state, instance.launchedAt(), instance.address());
  }
}
