package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot of an instance.
 *
 * @param instanceId {@code i-} and 17 hexadecimal digits; stays the same for the life of the disk
 * @param environment its environment
 * @param launchedAt the time of its last start; empty if it never started
 * @param address its IPv4 address; may change at a start if another network has taken it
 * @param agentPingAt the last ping of its agent; empty while the agent is offline, also shortly
 *     after the instance is running
 * @param tags its tags, including those by which the deployer finds it
 */
public record LocalInstance(
    String instanceId,
    String environment,
    MachineState state,
    Optional<Instant> launchedAt,
    String address,
    Optional<Instant> agentPingAt,
    Map<String, String> tags) {

  /** The tag with the environment, by which the deployer finds an instance. */
  public static final String ENVIRONMENT_TAG = "crypto-robot:environment";

  /** The tag with the prefix of the deployer's stack that may act on an instance. */
  public static final String STACK_TAG = "crypto-robot:stack";

  public LocalInstance {
    requireNonNull(instanceId, "instanceId is null");
    requireNonNull(environment, "environment is null");
    requireNonNull(state, "state is null");
    requireNonNull(launchedAt, "launchedAt is null");
    requireNonNull(address, "address is null");
    requireNonNull(agentPingAt, "agentPingAt is null");
    tags = Map.copyOf(tags);
  }
}
