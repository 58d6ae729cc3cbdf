package cryptorobot.localcloud.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.aws.lambda.InvocationResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refuses other users of this machine, and web pages. Runs as root, like the local cloud. */
final class ConnectionFilterTest {
  private static final String SHUTDOWN = "POST /_local/shutdown";
  private static final String INVOKE = "POST /2015-03-31/functions/count/invocations";
  private static final String NOBODY = "65534";

  @TempDir Path state;
  private final LinkedBlockingQueue<String> invoked = new LinkedBlockingQueue<>();
  private TestCloud test;

  @BeforeEach
  void start() throws Exception {
    test =
        new TestCloud(
            state,
            new ManualClock(),
            Map.of(),
            Map.of(
                "count",
                payload -> {
                  invoked.add(new String(payload, UTF_8));
                  return new InvocationResult.Returned(payload);
                }));
  }

  @AfterEach
  void stop() {
    test.close();
  }

  @Test
  void aProgramOfTheCloudsOwnUserIsAccepted() throws Exception {
    String name = "127.0.0.1:" + port();
    assertEquals("200", status(raw("GET /_local/health", "Host: " + name)));
    assertEquals("200", status(raw("GET /_local/health", "Host: LocalHost:" + port())));
    assertTrue(curl("0", "GET", "/_local/health").endsWith("}200"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: evil.example:%d",
        "Host: 127.0.0.1",
        "Host: 127.0.0.1:80",
        "Host: 127.0.0.1.evil.example:%d",
        "Host: 169.254.169.254:%d",
        "Host: 127.0.0.1:%d\r\nHost: evil.example",
        "X-No-Host: there is none"
      })
  void aForeignHostIsRefused(String host) throws Exception {
    String response = raw(SHUTDOWN, host.formatted(port()));
    // The HTTP server itself refuses a request without Host.
    assertTrue(status(response).matches("400|403"), response);
    assertTrue(test.stopped.isEmpty(), "it was shut down");
    assertTrue(
        host.startsWith("X-")
            || response.contains("The Host of the request is not the local cloud's"),
        response);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "http://127.0.0.1:%d", "null", ""})
  void anyOriginIsRefused(String origin) throws Exception {
    String host = "Host: 127.0.0.1:" + port() + "\r\nOrigin: " + origin.formatted(port());
    assertEquals("403", status(raw(SHUTDOWN, host)));
    assertEquals("403", status(raw(INVOKE, host)));
    assertTrue(test.stopped.isEmpty() && invoked.isEmpty(), "a web page got a response");
  }

  @Test
  void anotherUserOfThisMachineIsRefusedInTheFormatOfEachProtocol() throws Exception {
    String own =
        "local cloud accepts only programs of its own user, which is 0; this is user 65534";
    String json = curl(NOBODY, "POST", "/", "X-Amz-Target: secretsmanager.GetSecretValue", "{}");
    assertTrue(
        json.contains("\"__type\":\"AccessDeniedException\",\"message\":\"The " + own), json);
    assertTrue(json.endsWith("403"), json);
    String query = curl(NOBODY, "POST", "/", signed("sts"), "Action=GetCallerIdentity");
    assertTrue(query.contains("<Code>AccessDenied</Code><Message>The " + own), query);
    String ec2 = curl(NOBODY, "POST", "/", signed("ec2"), "Action=DescribeInstances");
    assertTrue(
        ec2.contains("<Errors><Error><Code>UnauthorizedOperation</Code><Message>The " + own), ec2);
    String lambda = curl(NOBODY, "POST", "/2015-03-31/functions/count/invocations", "A: b", "1");
    assertTrue(lambda.contains("\"Message\":\"The " + own), lambda);
    String control = curl(NOBODY, "POST", "/_local/shutdown", "A: b", "");
    assertTrue(control.contains("{\"message\":\"The " + own), control);
    assertTrue(curl(NOBODY, "GET", "/elsewhere").contains(own));
    assertTrue(test.stopped.isEmpty() && invoked.isEmpty(), "another user got a response");
    assertTrue(test.logged().contains("POST /_local/shutdown 403 The " + own), test.logged());
  }

  /** The kernel reports such a socket as root's. */
  @Test
  void anotherUserThatClosesAtOnceIsRefused() throws Exception {
    String request =
        "%s HTTP/1.1\\r\\nHost: 127.0.0.1:%d\\r\\nContent-Length: 0\\r\\n\\r\\n"
            .formatted(SHUTDOWN, port());
    run(
        NOBODY,
        List.of(
            "/usr/bin/python3",
            "-c",
            "import socket; s = socket.create_connection(('127.0.0.1', %d)); s.send(b'%s'); s.close()"
                .formatted(port(), request)));
    for (int i = 0; i < 100 && !test.logged().contains("403"); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertTrue(test.logged().contains(SHUTDOWN + " 403"), test.logged());
    assertTrue(test.stopped.isEmpty(), "another user got a response");
  }

  /** A program of this machine cannot pass as an instance by choosing an address. */
  @Test
  void anotherUserFromAnotherAddressOfThisMachineIsRefused() throws Exception {
    String response =
        curl(NOBODY, "POST", "/_local/shutdown", "A: b", "", "--interface", "127.0.0.9");
    assertTrue(response.contains("this is user 65534"), response);
    assertTrue(test.stopped.isEmpty(), "another user got a response");
  }

  private int port() {
    return test.endpoint.getPort();
  }

  private static String signed(String service) {
    return "Authorization: AWS4-HMAC-SHA256 Credential=ANY/20261123/eu-west-1/"
        + service
        + "/aws4_request, SignedHeaders=host, Signature=00";
  }

  private static String status(String response) {
    return response.split(" ", 3)[1];
  }

  /** Sends a raw request with headers that a client would not send. */
  private String raw(String request, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      String text =
          request
              + " HTTP/1.1\r\n"
              + headers
              + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** The body of the response, followed by its status. */
  private String curl(String uid, String method, String path, String... more) throws Exception {
    var command = new ArrayList<>(List.of("curl", "--silent", "--noproxy", "*", "-X", method));
    command.addAll(List.of("--write-out", "%{http_code}"));
    if (more.length > 1) {
      command.addAll(List.of("-H", more[0], "--data-binary", more[1]));
      command.addAll(List.of(more).subList(2, more.length));
    }
    command.add(test.endpoint.resolve(path).toString());
    return run(uid, command);
  }

  private static String run(String uid, List<String> command) throws Exception {
    var as = new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--clear-groups", "--"));
    as.addAll(command);
    Process process = new ProcessBuilder(as).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), () -> command + ": " + output);
    return output;
  }
}
