package cryptorobot.localcloud.machines;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The instance metadata service, version 2 only, which instances reach at 169.254.169.254. The
 * source address identifies the instance.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html">Use
 *     the Instance Metadata Service</a>
 */
final class MetadataServer implements AutoCloseable {
  private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
  private static final String TOKEN = "X-aws-ec2-metadata-token";

  private final HttpServer server;
  private final Function<String, Optional<LocalInstance>> instanceAt;
  private final MetadataTokens tokens;
  private final MetadataTree tree;

  private MetadataServer(
      HttpServer server,
      Function<String, Optional<LocalInstance>> instanceAt,
      MetadataTokens tokens,
      MetadataTree tree) {
    this.server = server;
    this.instanceAt = instanceAt;
    this.tokens = tokens;
    this.tree = tree;
  }

  /**
   * Starts the server on a free port of 127.0.0.1.
   *
   * @param instanceAt the instance with an address
   */
  static MetadataServer start(
      Function<String, Optional<LocalInstance>> instanceAt,
      SessionCredentials credentials,
      String region,
      Clock clock,
      SecureRandom random)
      throws IOException {
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var metadata =
        new MetadataServer(
            http,
            instanceAt,
            new MetadataTokens(clock, random),
            new MetadataTree(credentials, region));
    http.createContext("/", metadata::handle);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
    return metadata;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String address = exchange.getRemoteAddress().getAddress().getHostAddress();
      Optional<LocalInstance> machine = instanceAt.apply(address);
      if (machine.isEmpty()) {
        respond(exchange, 404, "no instance has the address " + address + "\n");
        return;
      }
      String path = exchange.getRequestURI().getPath();
      boolean forToken = path.equals("/latest/api/token");
      switch (exchange.getRequestMethod()) {
        case "PUT" -> {
          if (forToken) {
            handOutToken(exchange, machine.get());
          } else {
            respond(exchange, 405, "");
          }
        }
        case "GET", "HEAD" -> {
          if (forToken) {
            respond(exchange, 405, "");
          } else {
            handOutData(exchange, machine.get(), path);
          }
        }
        default -> respond(exchange, 405, "");
      }
    }
  }

  // Refuses a request that came through a proxy: an open proxy in an instance must not leak tokens.
  private void handOutToken(HttpExchange exchange, LocalInstance machine) throws IOException {
    if (exchange.getRequestHeaders().containsKey("X-Forwarded-For")) {
      respond(exchange, 403, "");
      return;
    }
    String ttl = exchange.getRequestHeaders().getFirst(TTL);
    if (ttl == null || !ttl.matches("[0-9]{1,5}")) {
      respond(exchange, 400, "");
      return;
    }
    int seconds = Integer.parseInt(ttl);
    if (seconds < 1 || seconds > MetadataTokens.LONGEST_SECONDS) {
      respond(exchange, 400, "");
      return;
    }
    exchange.getResponseHeaders().set(TTL, ttl);
    respond(exchange, 200, tokens.issue(machine.instanceId(), seconds));
  }

  private void handOutData(HttpExchange exchange, LocalInstance machine, String path)
      throws IOException {
    String token = exchange.getRequestHeaders().getFirst(TOKEN);
    if (token == null || !tokens.valid(token, machine.instanceId())) {
      respond(exchange, 401, "");
      return;
    }
    Optional<String> value = tree.read(machine, path);
    respond(exchange, value.isPresent() ? 200 : 404, value.orElse(""));
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.getResponseHeaders().set("Server", "EC2ws");
    boolean bare = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, bare ? -1 : body.length);
    if (!bare) {
      exchange.getResponseBody().write(body);
    }
  }
}
