package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An instance as it was at one moment.
 *
 * @param instanceId {@code i-} and 17 hexadecimal digits; stays the same for the life of the disk
 * @param environment the environment it serves
 * @param launchedAt when it was last started; empty if never
 * @param address its IPv4 address; may change with a start when another network has taken it
 * @param agentPingAt the last sign of its agent; empty while the agent is offline, which it still
 *     is for a moment after the instance is running
 * @param tags its tags, {@code crypto-robot:environment} among them
 */
public record LocalInstance(
    String instanceId,
    String environment,
    MachineState state,
    Optional<Instant> launchedAt,
    String address,
    Optional<Instant> agentPingAt,
    Map<String, String> tags) {

  /** The tag by which the deployer finds the instance of an environment. */
  public static final String ENVIRONMENT_TAG = "crypto-robot:environment";

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
