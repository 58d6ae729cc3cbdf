package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Checks whether this machine can run the local cloud, before anything starts. It changes nothing
 * permanently and reverts its trials.
 *
 * @param state the state folder (LOCAL_STATE)
 * @param subnets the range of the networks (LOCAL_SUBNET)
 * @param port the port of the local cloud (LOCAL_PORT); empty if it already listens
 */
public record Preflight(Path state, Ipv4Range subnets, Optional<Integer> port) {
  private static final long NEEDED_BYTES = 3L << 30;

  /** The required programs and their Debian packages. */
  private static final Map<String, String> PROGRAMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("systemd-nspawn", "systemd-container"),
              Map.entry("mmdebstrap", "mmdebstrap"),
              Map.entry("git", "git"),
              Map.entry("openssl", "openssl"),
              Map.entry("ip", "iproute2"),
              Map.entry("nft", "nftables"),
              Map.entry("nsenter", "util-linux"),
              Map.entry("kill", "procps"),
              Map.entry("setpriv", "util-linux"),
              Map.entry("setsid", "util-linux"),
              Map.entry("chroot", "coreutils"),
              Map.entry("apt-config", "apt")));

  /** All problems; empty if there are none. */
  public List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    boolean root = System.getProperty("user.name").equals("root");
    if (!root) {
      findings.add(
          new Finding(
              "this runs as " + System.getProperty("user.name") + ", not as root",
              "run it as root: instances require namespaces, mounts and network devices"));
    }
    List<String> missing = missingPrograms();
    if (!missing.isEmpty()) {
      findings.add(
          new Finding(
              "these programs are missing: " + String.join(", ", missing),
              "apt-get install "
                  + String.join(
                      " ", missing.stream().map(PROGRAMS::get).distinct().sorted().toList())));
    }
    portTaken().ifPresent(findings::add);
    diskTooSmall().ifPresent(findings::add);
    controlGroups().ifPresent(findings::add);
    if (!missing.contains("ip")) {
      noSubnet().ifPresent(findings::add);
    }
    if (root && missing.isEmpty()) {
      kernelRefuses().ifPresent(findings::add);
    }
    return List.copyOf(findings);
  }

  private static List<String> missingPrograms() {
    String path =
        Optional.ofNullable(System.getenv("PATH")).orElse("/usr/sbin:/usr/bin:/sbin:/bin");
    return PROGRAMS.keySet().stream()
        .filter(
            program ->
                Stream.of(path.split(":"))
                    .noneMatch(folder -> Files.isExecutable(Path.of(folder, program))))
        .toList();
  }

  private Optional<Finding> portTaken() {
    if (port.isEmpty()) {
      return Optional.empty();
    }
    try (var socket = new ServerSocket()) {
      // Like a server: connections left from an earlier listener do not block the port.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port.get()));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          new Finding(
              "port " + port.get() + " of 127.0.0.1 is not available: " + e.getMessage(),
              "stop the program that listens there (ss -ltnp 'sport = :"
                  + port.get()
                  + "'), or set LOCAL_PORT to another port"));
    }
  }

  private Optional<Finding> diskTooSmall() {
    Path there = state.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      return free >= NEEDED_BYTES
          ? Optional.empty()
          : Optional.of(
              new Finding(
                  "only " + (free >> 20) + " MB are free at " + there + ", 3072 MB are needed",
                  "free disk space, or set LOCAL_STATE to a folder on a larger disk"));
    } catch (IOException e) {
      return Optional.of(
          new Finding(
              there + " cannot be checked: " + e.getMessage(),
              "set LOCAL_STATE to a writable folder"));
    }
  }

  private static Optional<Finding> controlGroups() {
    boolean there =
        Stream.of("/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup")
            .map(hierarchy -> Path.of(hierarchy, "cgroup.procs"))
            .anyMatch(Files::isWritable);
    return there
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "there is no writable control group hierarchy for systemd under /sys/fs/cgroup",
                "mount one (mount -t cgroup2 cgroup2 /sys/fs/cgroup), or give this container its"
                    + " own writable control groups"));
  }

  private Optional<Finding> noSubnet() {
    try {
      new Network(state, subnets).pick(List.of());
      return Optional.empty();
    } catch (FleetException e) {
      return Optional.of(
          new Finding(
              e.getMessage(),
              "set LOCAL_SUBNET to a range that is not in `ip route show table all`"));
    }
  }

  // Tries every required kernel feature in a namespace that is removed at once.
  private static Optional<Finding> kernelRefuses() {
    String trial =
        """
        ip link add preflight0 type veth peer name preflight1 || exit 1
        nft -f - <<'RULES' || exit 1
        table ip preflight {
          chain inward {
            type nat hook prerouting priority dstnat;
            ip daddr 169.254.169.254 tcp dport 80 dnat to 127.0.0.1:1
          }
          chain outward {
            type nat hook postrouting priority srcnat;
            masquerade
          }
          chain between {
            type filter hook forward priority filter;
            ct state established,related accept
          }
        }
        RULES
        echo 1 >/proc/sys/net/ipv4/conf/preflight0/route_localnet || exit 1
        """;
    Program.Ended ended =
        Program.of("unshare", "--net", "--pid", "--fork", "--mount-proc", "bash", "-c", trial)
            .run();
    return ended.exitCode() == 0
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "the kernel lacks features that instances require (namespaces, veth, nftables nat): "
                    + ended.stderr().strip(),
                "run it on a machine or in a privileged container whose kernel has them"));
  }
}
