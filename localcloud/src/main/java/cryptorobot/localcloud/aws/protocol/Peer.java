package cryptorobot.localcloud.aws.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The owner of the other end of a TCP connection, read from the kernel's tables {@code
 * /proc/net/tcp} and {@code tcp6}. A packet filter ({@code meta skuid}) could also refuse a caller,
 * but only with a reset that gives no reason, and every port would need rules.
 *
 * @see <a href="https://docs.kernel.org/networking/proc_net_tcp.html">/proc/net/tcp</a>
 */
public sealed interface Peer {
  /** A process of this user, on this machine and in the network namespace of this process. */
  record OfUser(int uid) implements Peer {}

  /**
   * A socket of this machine that its process has closed. The table then shows user 0 for every
   * owner: a caller that sends a request and closes at once would be taken for root.
   */
  record Closed() implements Peer {}

  /** A socket that is not in this machine's network namespace. */
  record Elsewhere() implements Peer {}

  /**
   * Looks the peer up.
   *
   * @param peer the address of the other end
   * @param here the address of this end
   */
  static Peer of(InetSocketAddress peer, InetSocketAddress here) {
    // While connections open and close, a read of the table may miss a row.
    for (int tries = 0; tries < 3; tries++) {
      Optional<String> row =
          row("/proc/net/tcp", peer, here, false).or(() -> row("/proc/net/tcp6", peer, here, true));
      if (row.isPresent()) {
        String[] fields = row.get().strip().split("\\s+");
        return fields[9].equals("0") ? new Closed() : new OfUser(Integer.parseInt(fields[7]));
      }
    }
    return new Elsewhere();
  }

  /** The user that runs this process. */
  static int ownUid() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The row of the peer's socket: first its own address, then the address of this end. */
  private static Optional<String> row(
      String table, InetSocketAddress peer, InetSocketAddress here, boolean mapped) {
    String addresses = ": " + hex(peer, mapped) + " " + hex(here, mapped) + " ";
    try (Stream<String> rows = Files.lines(Path.of(table), StandardCharsets.US_ASCII)) {
      return rows.filter(row -> row.contains(addresses)).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An address in the format of the tables: words in the machine's byte order. */
  private static String hex(InetSocketAddress address, boolean mapped) {
    byte[] bytes = address.getAddress().getAddress();
    if (mapped && bytes.length == 4) {
      byte[] inside = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, bytes[0], bytes[1], bytes[2], bytes[3]
      };
      bytes = inside;
    }
    IntBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asIntBuffer();
    var text = new StringBuilder();
    while (words.hasRemaining()) {
      text.append("%08X".formatted(words.get()));
    }
    return text.append(":%04X".formatted(address.getPort())).toString();
  }
}
