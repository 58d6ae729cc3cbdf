package cryptorobot.localcloud.machines;

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

/**
 * Serves the registered repositories over HTTPS to the instances, for reading only, by git's smart
 * HTTP protocol. Its certificate is signed by the test authority.
 */
public final class GitServer implements AutoCloseable {
  /** By this name the instances know the server. */
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
   * Starts it on a free port of 127.0.0.1.
   *
   * @param instances whether an address is that of an instance
   * @param portInside the port by which the instances reach it
   */
  static GitServer start(
      TestAuthority authority,
      Predicate<String> instances,
      Repositories repositories,
      int portInside)
      throws IOException {
    var http = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    http.setHttpsConfigurator(
        new HttpsConfigurator(ServerKey.context(authority.issue(HOSTNAME, "127.0.0.1"))));
    var git = new GitServer(http, instances, repositories, new GitBackend(), portInside);
    http.createContext("/", git::answer);
    // No virtual threads: reading a pipe of a process holds its carrier, and there are few.
    http.setExecutor(
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("git-", 0).factory()));
    http.start();
    return git;
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url(String name) {
    return "https://" + HOSTNAME + ":" + portInside + "/" + name + ".git";
  }

  Repositories repositories() {
    return repositories;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      // A repository may be one that only its owner may read here.
      if (!instances.test(exchange.getRemoteAddress().getAddress().getHostAddress())) {
        refuse(exchange, 403, "this server is for the instances of the local cloud");
        return;
      }
      Matcher request = REQUEST.matcher(exchange.getRequestURI().getPath());
      if (!request.matches()) {
        refuse(exchange, 404, "no such page; repositories are at /NAME.git");
        return;
      }
      Optional<Repositories.Registered> repository = repositories.find(request.group(1));
      if (repository.isEmpty()) {
        refuse(exchange, 404, "no repository " + request.group(1));
        return;
      }
      if (!repository.get().opensWith(token(exchange))) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        refuse(exchange, 401, "this repository wants a token");
        return;
      }
      String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
      boolean reads =
          request.group(2).equals("info/refs")
              ? query.equals("service=git-upload-pack")
              : exchange.getRequestMethod().equals("POST");
      if (!reads) {
        refuse(exchange, 403, "this server is for reading, by the smart protocol");
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

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
