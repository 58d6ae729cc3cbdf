package cryptorobot.deployer.ports;

import java.util.List;

/** The instances of the account, found by the tag {@code crypto-robot:environment}. */
public interface Instances {

  /** Every instance bearing the environment's tag, in any state. */
  List<Instance> bearing(String environment);

  /** One instance; {@code InstanceNotFound} when there is none of that id. */
  Instance describe(String instanceId);

  /** Its agent, as the service last heard of it. */
  AgentStatus agent(String instanceId);

  /**
   * Asks for the instance to run; does nothing to one that runs. {@code CapacityUnavailable} when
   * EC2 has no room, {@code InstanceNotReady} when its present state forbids it for the moment.
   */
  void start(String instanceId);

  /** Asks for the instance to stop; {@code InstanceStopping} when its present state forbids it. */
  void stop(String instanceId);
}
