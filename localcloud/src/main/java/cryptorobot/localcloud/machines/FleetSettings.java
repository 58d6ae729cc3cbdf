package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a fleet needs to know.
 *
 * @param state the folder that holds everything it makes (LOCAL_STATE)
 * @param scripts the folder of the steps it runs ({@code scripts/local.d})
 * @param subnets where the /30 of each instance is taken from (LOCAL_SUBNET)
 * @param region what the instances take for their region
 * @param cloudPort where the local cloud listens on 127.0.0.1; inside, 169.254.169.254 with the
 *     same port leads there
 * @param gitPort where the git server is found inside, at {@code git.crypto-robot.internal}
 * @param agentDelay how long after an instance is running its agent comes online
 * @param agentInterval how often the agent gives a sign
 * @param bootLimit how long a boot may take
 * @param powerOffLimit how long a clean power-off may take before it is forced
 */
public record FleetSettings(
    Path state,
    Path scripts,
    Ipv4Range subnets,
    String region,
    int cloudPort,
    int gitPort,
    Duration agentDelay,
    Duration agentInterval,
    Duration bootLimit,
    Duration powerOffLimit) {

  public FleetSettings {
    state = state.toAbsolutePath().normalize();
    scripts = scripts.toAbsolutePath().normalize();
    requireNonNull(subnets, "subnets is null");
    requireNonNull(region, "region is null");
    requireNonNull(agentDelay, "agentDelay is null");
    requireNonNull(agentInterval, "agentInterval is null");
    requireNonNull(bootLimit, "bootLimit is null");
    requireNonNull(powerOffLimit, "powerOffLimit is null");
    if (!region.matches("[a-z]{2}(-[a-z]+)+-[0-9]")) {
      throw new IllegalArgumentException("'" + region + "' is no AWS region, like eu-west-1");
    }
  }

  /** The usual times and the usual git port (8443). */
  public static FleetSettings of(
      Path state, Path scripts, Ipv4Range subnets, String region, int cloudPort) {
    return new FleetSettings(
        state,
        scripts,
        subnets,
        region,
        cloudPort,
        8443,
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30));
  }
}
