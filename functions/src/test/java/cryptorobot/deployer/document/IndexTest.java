package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code robothost/index.py}: what keeps an index from answering, asked of real sockets. */
class IndexTest {
  private static final String LOGIN = "machine localhost\nlogin reader\npassword s3cret\n";

  @TempDir Path folder;

  @Test
  void saysThatANameDoesNotResolve() throws IOException {
    assertEquals(
        "no package index answers: https://index.invalid/simple: the name index.invalid does not"
            + " resolve",
        why("index-url = https://index.invalid/simple\n"));
  }

  @Test
  void saysThatAConnectionIsRefused() throws IOException {
    int port = closedPort();
    assertEquals(
        "no package index answers: http://127.0.0.1:%d/simple: no connection to 127.0.0.1, port %d: connection refused"
            .formatted(port, port),
        why("index-url = http://127.0.0.1:" + port + "/simple\n"));
  }

  @Test
  void saysThatTheProxyRefusesTheConnection() throws IOException {
    int port = closedPort();
    String why = why("index-url = https://index.invalid/simple\nproxy = http://127.0.0.1:" + port);
    assertTrue(
        why.endsWith("no connection to the proxy 127.0.0.1, port " + port + ": connection refused"),
        why);
  }

  @Test
  void namesWhoIssuedACertificateThatIsNotTrusted() throws Exception {
    try (var index = new StubIndex(folder)) {
      String why = why("index-url = " + index.url() + "\n");
      assertTrue(why.contains("its certificate is not trusted ("), why);
      assertTrue(why.endsWith("issued by CN=" + StubIndex.AUTHORITY), why);
    }
  }

  @Test
  void trustsWhomPipTrustsAndSaysThatALoginIsWanted() throws Exception {
    try (var index = new StubIndex(folder)) {
      String conf = "index-url = " + index.url() + "\ncert = " + index.authority() + "\n";
      assertTrue(why(conf).endsWith("it wants a login (status 401)"), why(conf));
      Files.writeString(folder.resolve("netrc"), LOGIN);
      assertEquals("", why(conf));
    }
  }

  @Test
  void isContentWithOneIndexOfTwo() throws Exception {
    try (var index = new StubIndex(folder)) {
      Files.writeString(folder.resolve("netrc"), LOGIN);
      String conf = "index-url = http://127.0.0.1:" + closedPort() + "/simple\n";
      assertFalse(why(conf).isEmpty());
      assertEquals(
          "", why(conf + "extra-index-url = " + index.url() + "\ncert = " + index.authority()));
    }
  }

  @Test
  void neverRepeatsALogin() throws IOException {
    String why = why("index-url = http://reader:s3cret@127.0.0.1:" + closedPort() + "/simple\n");
    assertFalse(why.contains("s3cret"), why);
  }

  @Test
  void namesTheWheelsAndWhyTheyAreUsed() throws IOException {
    Path wheels = Files.createDirectory(folder.resolve("wheels"));
    Files.writeString(wheels.resolve("Flask-2.2.2-py3-none-any.whl"), "");
    Files.writeString(wheels.resolve("no-index.txt"), "no package index answers: it is down\n");
    JsonNode found = found("no-index = true\nfind-links = " + wheels + "\n");
    assertEquals("no package index answers: it is down", found.path("why").asText());
    assertEquals("[\"Flask 2.2.2\"]", found.path("offered").toString());
  }

  private static int closedPort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private String why(String settings) throws IOException {
    return found(settings).path("why").asText();
  }

  private JsonNode found(String settings) throws IOException {
    Path conf = Files.writeString(folder.resolve("pip.conf"), "[global]\n" + settings);
    Script.Ended ended =
        Script.module("index", Map.of(), "", conf.toString(), folder.resolve("netrc").toString());
    assertEquals(0, ended.code(), ended.errors());
    return new ObjectMapper().readTree(ended.output());
  }
}
