package cryptorobot.deployer.ports;

import java.util.List;

/**
 * The instances of the account, found by the tags {@code crypto-robot:environment} and {@code
 * crypto-robot:stack}.
 */
public interface Instances {

  /** Every instance with the tags of the environment and of this stack, in any state. */
  List<Instance> tagged(String environment);

  /** One instance. Throws {@code InstanceNotFound} if no instance has this id. */
  Instance describe(String instanceId);

  /** The agent of an instance, as Systems Manager last saw it. */
  AgentStatus agent(String instanceId);

  /**
   * Requests the start of the instance; has no effect if it is running. Throws {@code
   * CapacityUnavailable} if EC2 has no capacity, and {@code InstanceNotReady} if the present state
   * of the instance does not permit a start yet.
   */
  void start(String instanceId);

  /**
   * Requests the stop of the instance. Throws {@code InstanceStopping} if its present state does
   * not permit a stop.
   */
  void stop(String instanceId);
}
