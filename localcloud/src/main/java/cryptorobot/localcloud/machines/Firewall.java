package cryptorobot.localcloud.machines;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The nftables table of one fleet. It lets the instances reach the listeners on 127.0.0.1 and the
 * internet, and nothing else. The table is replaced as a whole; other tables are not touched.
 */
final class Firewall {

  /** The link of an instance. */
  record Link(String device, LinkNetwork network) {}

  /** The ports of the listeners on 127.0.0.1, and the port of the git server inside an instance. */
  record Listeners(int metadata, int cloud, int git, int gitInside) {}

  private static final String METADATA = "169.254.169.254";

  private final String table;

  /**
   * @param name distinguishes the table of this fleet from other fleets
   */
  Firewall(String name) {
    this.table = "crypto_robot_" + name;
  }

  /** Applies the rules for exactly these links. Without links, removes the table. */
  void apply(Collection<Link> links, Listeners listeners) {
    Program.of("nft", "-f", "-").reading(render(links, listeners)).output();
  }

  String render(Collection<Link> links, Listeners to) {
    // Adding the table first makes the deletion succeed if it is missing. This is one transaction.
    String removal = "table ip " + table + " {}\ndelete table ip " + table + "\n";
    if (links.isEmpty()) {
      return removal;
    }
    String devices =
        links.stream()
            .map(l -> '"' + l.device() + '"')
            .collect(Collectors.joining(", ", "{ ", " }"));
    var rules = new StringBuilder(removal).append("table ip ").append(table).append(" {\n");
    rules.append("  chain guard {\n    type filter hook prerouting priority raw;\n");
    rules.append("    iifname ").append(devices).append(" ip daddr 127.0.0.0/8 drop\n  }\n");

    rules.append("  chain inward {\n    type nat hook prerouting priority dstnat;\n");
    for (Link link : links) {
      String from = "    iifname \"" + link.device() + "\" ip daddr ";
      String rest = " dnat to 127.0.0.1:";
      rules.append(from).append(METADATA + " tcp dport 80").append(rest).append(to.metadata());
      rules.append('\n').append(from).append(METADATA + " tcp dport ").append(to.cloud());
      rules.append(rest).append(to.cloud()).append('\n');
      rules.append(from).append(link.network().hostEnd()).append(" tcp dport ");
      rules.append(to.gitInside()).append(rest).append(to.git()).append('\n');
    }
    rules.append("  }\n  chain outward {\n    type nat hook postrouting priority srcnat;\n");
    for (Link link : links) {
      rules.append("    ip saddr ").append(link.network().range()).append(" oifname != \"");
      rules.append(link.device()).append("\" masquerade\n");
    }
    rules.append("  }\n  chain between {\n    type filter hook forward priority filter;\n");
    rules.append("    oifname ").append(devices).append(" ct state established,related accept\n");
    rules.append("    oifname ").append(devices).append(" drop\n");
    return rules.append("  }\n}\n").toString();
  }
}
