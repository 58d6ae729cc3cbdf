package cryptorobot.deployer.local.instance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The files of an instance that are its own, written while it is off. */
record MachineDisk(Path root) {

  private static final List<Path> RESOLVERS =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  /** What stays the same for the life of the disk: its identity, and whom it trusts. */
  void personalize(String instanceId, String authorityPem) throws IOException {
    // machine-id(5) wants 32 hexadecimal digits; journald keeps its files under it.
    replace("etc/machine-id", instanceId.substring(2) + "c".repeat(15) + "\n");
    replace("usr/local/share/ca-certificates/crypto-robot-local.crt", authorityPem);
    Program.of("chroot", root.toString(), "update-ca-certificates")
        .within(Duration.ofMinutes(1))
        .output();
  }

  /** What depends on the network of this start. */
  void address(LinkNetwork network) throws IOException {
    replace("etc/hostname", network.hostname() + "\n");
    replace(
        "etc/hosts",
        """
        127.0.0.1 localhost
        %s %s
        %s %s
        """
            .formatted(
                network.machineEnd(), network.hostname(), network.hostEnd(), GitServer.HOSTNAME));
    replace("etc/resolv.conf", resolver());
  }

  // A resolver on this machine's loopback cannot be reached from inside.
  private static String resolver() throws IOException {
    for (Path candidate : RESOLVERS) {
      if (Files.isReadable(candidate)) {
        List<String> lines =
            Files.readAllLines(candidate, UTF_8).stream()
                .filter(line -> !line.matches("nameserver\\s+(127\\.|::1).*"))
                .toList();
        if (lines.stream().anyMatch(line -> line.startsWith("nameserver"))) {
          return String.join("\n", lines) + "\n";
        }
      }
    }
    return "# this machine has no resolver an instance could reach\n";
  }

  // Deleted first: an instance may have put a link in its place, which must not be followed.
  private void replace(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(file);
    Files.writeString(file, content);
  }
}
