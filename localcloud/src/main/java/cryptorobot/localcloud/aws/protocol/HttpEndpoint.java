package cryptorobot.localcloud.aws.protocol;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The HTTP server: several addresses, the same services, one virtual thread for each request. */
public final class HttpEndpoint implements AutoCloseable {
  // Lambda's largest payload is 6 MB. Larger bodies than this are not read to the end.
  private static final int LARGEST_BODY = 8 * 1024 * 1024;

  private final List<AwsService> services;
  private final ConnectionFilter filter;
  private final CallLog log;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  /**
   * @param log receives every refused connection
   */
  public HttpEndpoint(List<AwsService> services, ConnectionFilter filter, CallLog log) {
    this.services = List.copyOf(services);
    this.filter = filter;
    this.log = log;
  }

  /**
   * Listens on one more address.
   *
   * @return the address with its real port
   */
  public InetSocketAddress listen(InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, 128);
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
    servers.add(server);
    return server.getAddress();
  }

  /**
   * Accepts no more requests. Waits at most a second for the responses of running requests: the
   * request that ends the process must get its response.
   */
  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    servers.forEach(server -> server.stop(0));
    servers.clear();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
      Response response =
          body.length > LARGEST_BODY
              ? text(413, "The request is larger than " + LARGEST_BODY + " bytes")
              : respond(exchange, body);
      response.headers().forEach(exchange.getResponseHeaders()::set);
      int length = response.body().length;
      exchange.sendResponseHeaders(response.status(), length == 0 ? -1 : length);
      if (length > 0) {
        exchange.getResponseBody().write(response.body());
      }
    }
  }

  private Response respond(HttpExchange exchange, byte[] body) {
    Headers headers = exchange.getRequestHeaders();
    ConnectionFilter.Result check =
        filter.check(
            exchange.getRemoteAddress(),
            exchange.getLocalAddress(),
            headers.getOrDefault("Host", List.of()),
            headers.containsKey("Origin"));
    Request request =
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI(),
            headers(headers),
            body,
            check.local());
    Optional<AwsService> service = services.stream().filter(s -> s.accepts(request)).findFirst();
    if (check.refusal().isPresent()) {
      String reason = check.refusal().get();
      log.called("-", request.method() + " " + request.path(), 403, reason);
      return service.map(s -> s.refuse(request, reason)).orElseGet(() -> text(403, reason));
    }
    return service
        .map(s -> s.handle(request))
        .orElseGet(
            () ->
                text(
                    404,
                    "UnknownOperationException: the local cloud does not implement "
                        + request.method()
                        + " "
                        + request.path()));
  }

  private static Response text(int status, String message) {
    return Response.of(
        status, "text/plain; charset=utf-8", (message + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> headers(Headers headers) {
    Map<String, String> all = new HashMap<>();
    headers.forEach(
        (name, values) -> all.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
    return all;
  }
}
