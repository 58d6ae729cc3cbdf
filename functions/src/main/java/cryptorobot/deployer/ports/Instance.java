package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * An instance at one moment.
 *
 * @param launchedAt when it was last started
 * @param address its private address, or an empty string if it has none now
 */
public record Instance(String id, PowerState state, Instant launchedAt, String address) {

  public Instance {
    requireNonNull(id, "id is null");
    requireNonNull(state, "state is null");
    requireNonNull(launchedAt, "launchedAt is null");
    requireNonNull(address, "address is null");
  }
}
