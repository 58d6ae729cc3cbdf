package cryptorobot.localcloud.machines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The networks of the instances on this machine, apart from the firewall. */
final class Network {
  // Shared by every fleet of this machine, gone after a reboot like the networks themselves.
  private static final Path RUN = Path.of("/run/crypto-robot-local");

  private final Path scripts;
  private final Ipv4Range subnets;
  private final ObjectMapper json = new ObjectMapper();

  Network(Path scripts, Ipv4Range subnets) {
    this.scripts = scripts;
    this.subnets = subnets;
  }

  /** The link's name here; at most 15 characters fit. */
  static String device(String instanceId) {
    return "crl-" + instanceId.substring(2, 13);
  }

  /** A free /30, not remembered by any of ours. */
  LinkNetwork pick(Collection<LinkNetwork> remembered) {
    List<Ipv4Range> taken = inUse();
    remembered.forEach(network -> taken.add(network.range()));
    return LinkNetwork.firstFree(subnets, taken)
        .orElseThrow(
            () ->
                new FleetException(
                    "no free /30 in "
                        + subnets
                        + ": set LOCAL_SUBNET to a range this machine does"
                        + " not use"));
  }

  /**
   * Connects an instance, on the network it had if that is still free.
   *
   * @return the network it got
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

  /** Takes away what {@link #connect} made; nothing there is fine. */
  void disconnect(String instanceId) {
    Program.of(scripts.resolve("disconnect-machine.sh").toString(), instanceId, device(instanceId))
        .output();
  }

  /** Every range this machine has an address in or a route to; the default route is none. */
  List<Ipv4Range> inUse() {
    var ranges = new ArrayList<Ipv4Range>();
    for (JsonNode route : ask("ip", "-json", "-4", "route", "show", "table", "all")) {
      String destination = route.path("dst").asText();
      if (!destination.equals("default") && !destination.isEmpty()) {
        ranges.add(Ipv4Range.parse(destination));
      }
    }
    return ranges;
  }

  private JsonNode ask(String... argv) {
    String answer = Program.of(argv).output();
    try {
      return json.readTree(answer.isBlank() ? "[]" : answer);
    } catch (JsonProcessingException e) {
      throw new FleetException("ip answered something that is no JSON", e);
    }
  }
}
