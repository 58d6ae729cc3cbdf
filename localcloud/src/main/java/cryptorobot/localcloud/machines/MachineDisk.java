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

  /**
   * Writes a file as a new one. The instance's root may have put a link in place of any part of the
   * path, to have us write to this machine's own files: none is followed.
   */
  private void replace(String path, String content) throws IOException {
    Path file = Path.of(path);
    try (SecureDirectoryStream<Path> folder = open(file.getParent())) {
      try {
        folder.deleteFile(file.getFileName());
      } catch (NoSuchFileException e) {
        // There is nothing to replace.
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
