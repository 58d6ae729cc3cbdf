package cryptorobot.localcloud.machines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The networks of the instances on this machine, without the firewall. */
final class Network {
  // Shared by all fleets of this machine; lost at a reboot like the networks themselves.
  private static final Path RUN = Path.of("/run/crypto-robot-local");

  private final Path scripts;
  private final Ipv4Range subnets;
  private final ObjectMapper json = new ObjectMapper();

  Network(Path scripts, Ipv4Range subnets) {
    this.scripts = scripts;
    this.subnets = subnets;
  }

  /** The name of the link on this machine, at most 15 characters. */
  static String device(String instanceId) {
    return "crl-" + instanceId.substring(2, 13);
  }

  /** A free /30 that no instance of this fleet has or had. */
  LinkNetwork pick(Collection<LinkNetwork> remembered) {
    List<Ipv4Range> taken = inUse();
    remembered.forEach(network -> taken.add(network.range()));
    return LinkNetwork.firstFree(subnets, taken)
        .orElseThrow(
            () ->
                new FleetException(
                    "no free /30 in "
                        + subnets
                        + ": set LOCAL_SUBNET to a range that this machine does"
                        + " not use"));
  }

  /**
   * Connects an instance; uses its previous network if that is still free.
   *
   * @return the network of the instance
   */
  LinkNetwork connect(String instanceId, LinkNetwork wanted, Collection<LinkNetwork> remembered)
      throws IOException {
    return new FileMutex(RUN.resolve("network.lock"))
        .holding(
            () -> {
              disconnect(instanceId);
              boolean free =
                  subnets.overlaps(wanted.range())
                      && inUse().stream().noneMatch(wanted.range()::overlaps);
              LinkNetwork network = free ? wanted : pick(remembered);
              Program.of(
                      scripts.resolve("connect-machine.sh").toString(),
                      instanceId,
                      device(instanceId),
                      network.hostEnd(),
                      network.machineEnd())
                  .output();
              return network;
            });
  }

  /** Removes the link that {@link #connect} created, if there is one. */
  void disconnect(String instanceId) {
    Program.of(scripts.resolve("disconnect-machine.sh").toString(), instanceId, device(instanceId))
        .output();
  }

  /** Every range that this machine has an address in or a route to, except the default route. */
  List<Ipv4Range> inUse() {
    var ranges = new ArrayList<Ipv4Range>();
    for (JsonNode route : query("ip", "-json", "-4", "route", "show", "table", "all")) {
      String destination = route.path("dst").asText();
      if (!destination.equals("default") && !destination.isEmpty()) {
        ranges.add(Ipv4Range.parse(destination));
      }
    }
    return ranges;
  }

  private JsonNode query(String... argv) {
    String output = Program.of(argv).output();
    try {
      return json.readTree(output.isBlank() ? "[]" : output);
    } catch (JsonProcessingException e) {
      throw new FleetException("ip returned output that is not JSON", e);
    }
  }
}
