package cryptorobot.localcloud.machines;

import static java.nio.charset.StandardCharsets.UTF_8;

import cryptorobot.localcloud.git.GitServer;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The files specific to an instance, written while it is off. */
record MachineDisk(Path root) {

  private static final List<Path> RESOLVERS =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  /**
   * Writes the files that stay the same for the life of the disk: identity and trusted authority.
   */
  void personalize(String instanceId, String authorityPem) throws IOException {
    // machine-id(5) requires 32 hexadecimal digits; journald names its folder after it.
    replace("etc/machine-id", instanceId.substring(2) + "c".repeat(15) + "\n");
    replace("usr/local/share/ca-certificates/crypto-robot-local.crt", authorityPem);
    Program.of("chroot", root.toString(), "update-ca-certificates")
        .within(Duration.ofMinutes(1))
        .output();
  }

  /** Writes the files that depend on the network of this start. */
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

  // An instance cannot reach a resolver on this machine's loopback.
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
    return "# this machine has no resolver that an instance can reach\n";
  }

  /**
   * Replaces a file by a new one. The instance's root may have replaced any part of the path by a
   * link, so that this program would write to files of this machine. No link is followed.
   */
  private void replace(String path, String content) throws IOException {
    Path file = Path.of(path);
    try (SecureDirectoryStream<Path> folder = open(file.getParent())) {
      try {
        folder.deleteFile(file.getFileName());
      } catch (NoSuchFileException e) {
        // The file does not exist yet.
      }
      try (SeekableByteChannel out =
          folder.newByteChannel(
              file.getFileName(),
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")))) {
        Channels.newOutputStream(out).write(content.getBytes(UTF_8));
      }
    } catch (IOException e) {
      throw new IOException("/" + path + " of the instance cannot be written: " + e, e);
    }
  }

  /** Opens a folder of the disk part by part. */
  private SecureDirectoryStream<Path> open(Path folder) throws IOException {
    SecureDirectoryStream<Path> here = secure(Files.newDirectoryStream(root));
    for (Path part : folder) {
      try (SecureDirectoryStream<Path> above = here) {
        here = above.newDirectoryStream(part, LinkOption.NOFOLLOW_LINKS);
      }
    }
    return here;
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IllegalStateException("this system cannot open a folder relative to another");
  }
}
