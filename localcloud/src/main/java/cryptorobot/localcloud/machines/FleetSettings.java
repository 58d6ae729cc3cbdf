package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings of a fleet.
 *
 * @param state the state folder (LOCAL_STATE)
 * @param scripts the folder of its scripts ({@code scripts/local.d})
 * @param subnets the range that contains the /30 of each instance (LOCAL_SUBNET)
 * @param region the region in the metadata of the instances
 * @param cloudPort the local cloud's port on 127.0.0.1; inside an instance, the same port of
 *     169.254.169.254 leads to it
 * @param gitPort the git server's port inside an instance, at {@code git.crypto-robot.internal}
 * @param agentDelay the time between an instance being running and its agent being online
 * @param agentInterval the interval between pings of an agent
 * @param bootLimit the time limit of a boot
 * @param powerOffLimit the time limit of a clean power-off
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
      throw new IllegalArgumentException("'" + region + "' is not an AWS region such as eu-west-1");
    }
  }

  /** Settings with the default times and the default git port (8443). */
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
