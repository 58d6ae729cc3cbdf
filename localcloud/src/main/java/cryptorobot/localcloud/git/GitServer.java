package cryptorobot.localcloud.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Serves the registered repositories over HTTPS to the instances, read-only, by git's smart HTTP
 * protocol.
 */
public final class GitServer implements AutoCloseable {
  /** The name by which the instances reach the server. */
  public static final String HOSTNAME = "git.crypto-robot.internal";

  private static final Pattern REQUEST =
      Pattern.compile("/([A-Za-z0-9][A-Za-z0-9._-]*?)(?:\\.git)?/(info/refs|git-upload-pack)");

  private final HttpsServer server;
  private final Predicate<String> instances;
  private final Repositories repositories;
  private final GitBackend backend;
  private final int portInside;

  private GitServer(
      HttpsServer server,
      Predicate<String> instances,
      Repositories repositories,
      GitBackend backend,
      int portInside) {
    this.server = server;
    this.instances = instances;
    this.repositories = repositories;
    this.backend = backend;
    this.portInside = portInside;
  }

  /**
   * Starts the server on a free port of 127.0.0.1.
   *
   * @param tls holds the server's certificate, for {@link #HOSTNAME}
   * @param instances whether an address belongs to an instance
   * @param portInside the port by which the instances reach the server
   */
  public static GitServer start(
      SSLContext tls, Predicate<String> instances, Repositories repositories, int portInside)
      throws IOException {
    var http = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    http.setHttpsConfigurator(new HttpsConfigurator(tls));
    var git = new GitServer(http, instances, repositories, new GitBackend(), portInside);
    http.createContext("/", git::handle);
    // No virtual threads: a thread that reads the pipe of a process pins its carrier thread.
    http.setExecutor(
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("git-", 0).factory()));
    http.start();
    return git;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url(String name) {
    return "https://" + HOSTNAME + ":" + portInside + "/" + name + ".git";
  }

  public Repositories repositories() {
    return repositories;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      // On this machine, only its owner may be allowed to read a repository.
      if (!instances.test(exchange.getRemoteAddress().getAddress().getHostAddress())) {
        refuse(exchange, 403, "only instances of the local cloud may use this server");
        return;
      }
      Matcher request = REQUEST.matcher(exchange.getRequestURI().getPath());
      if (!request.matches()) {
        refuse(exchange, 404, "not found; repositories are at /NAME.git");
        return;
      }
      Optional<Repositories.Registered> repository = repositories.find(request.group(1));
      if (repository.isEmpty()) {
        refuse(exchange, 404, "no repository " + request.group(1));
        return;
      }
      if (!repository.get().accepts(token(exchange))) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        refuse(exchange, 401, "this repository requires a token");
        return;
      }
      String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
      boolean isRead =
          request.group(2).equals("info/refs")
              ? query.equals("service=git-upload-pack")
              : exchange.getRequestMethod().equals("POST");
      if (!isRead) {
        refuse(exchange, 403, "this server is read-only and supports only the smart protocol");
        return;
      }
      backend.serve(exchange, repository.get().path(), "/" + request.group(2), query);
    }
  }

  private static Optional<String> token(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null) {
      return Optional.empty();
    }
    String[] words = header.strip().split("\\s+", 2);
    if (words.length == 2 && words[0].equalsIgnoreCase("Bearer")) {
      return Optional.of(words[1]);
    }
    if (words.length == 2 && words[0].equalsIgnoreCase("Basic")) {
      try {
        String pair = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = (reason + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
