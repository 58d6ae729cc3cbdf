package cryptorobot.localcloud.aws.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks up real loopback connections in the kernel's tables. */
final class PeerTest {
  private ServerSocket server;

  @BeforeEach
  void listen() throws Exception {
    server = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  @Test
  void aSocketOfAJavaProcessHasItsUser() throws Exception {
    try (Socket _ = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      assertEquals(new Peer.OfUser(Peer.ownUid()), peer(accepted));
    }
  }

  @Test
  void aSocketOfAnotherUserHasThatUser() throws Exception {
    Process client = asNobody("input()");
    try (Socket accepted = server.accept()) {
      assertEquals(new Peer.OfUser(65534), peer(accepted));
    } finally {
      client.destroyForcibly();
    }
  }

  @Test
  void aHalfClosedSocketStillHasItsUser() throws Exception {
    Process client = asNobody("s.shutdown(socket.SHUT_WR); input()");
    try (Socket accepted = server.accept()) {
      assertEquals(-1, accepted.getInputStream().read());
      assertEquals(new Peer.OfUser(65534), peer(accepted));
    } finally {
      client.destroyForcibly();
    }
  }

  /** The table shows its user or user 0, depending on kernel and timing. */
  @Test
  void aSocketThatItsProcessClosedHasNoUser() throws Exception {
    Process client = asNobody("s.close()");
    try (Socket accepted = server.accept()) {
      assertEquals(0, client.waitFor());
      assertEquals(new Peer.Closed(), peer(accepted));
    }
  }

  @Test
  void anAddressOfNoSocketHereIsElsewhere() {
    assertEquals(
        new Peer.Elsewhere(),
        Peer.of(
            new InetSocketAddress("192.0.2.1", 40_000), new InetSocketAddress("127.0.0.1", 4566)));
  }

  private static Peer peer(Socket accepted) {
    return Peer.of(
        (InetSocketAddress) accepted.getRemoteSocketAddress(),
        (InetSocketAddress) accepted.getLocalSocketAddress());
  }

  /** A program with a connected socket {@code s}. */
  private Process asNobody(String then) throws Exception {
    String connect =
        "import socket; s = socket.create_connection(('127.0.0.1', %d)); "
            .formatted(server.getLocalPort());
    return new ProcessBuilder(
            List.of(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                "--",
                "/usr/bin/python3",
                "-c",
                connect + then))
        .start();
  }
}
