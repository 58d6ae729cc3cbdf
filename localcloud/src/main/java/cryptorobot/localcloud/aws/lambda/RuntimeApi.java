package cryptorobot.localcloud.aws.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import cryptorobot.localcloud.aws.protocol.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Runtime API of one function's process, on its own loopback port: <a
 * href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">next, response, error and
 * initialization error</a>.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final Pattern OUTCOME =
      Pattern.compile(Pattern.quote(ROOT) + "invocation/([^/]+)/(response|error)");

  private record Pending(
      Duration timeout,
      String requestId,
      byte[] payload,
      CompletableFuture<InvocationResult> result) {}

  private final Function function;
  private final InstantSource clock;
  private final HttpServer server;
  private final int uid = Peer.ownUid();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LinkedBlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
  private final Map<String, Pending> open = new ConcurrentHashMap<>();

  RuntimeApi(Function function, InstantSource clock) throws IOException {
    this.function = function;
    this.clock = clock;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Hands an invocation to the process. The result completes when the process has responded. */
  CompletableFuture<InvocationResult> offer(Duration timeout, String requestId, byte[] payload) {
    Pending pending = new Pending(timeout, requestId, payload, new CompletableFuture<>());
    open.put(requestId, pending);
    waiting.add(pending);
    return pending.result();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      Matcher outcome = OUTCOME.matcher(path);
      if (!isOurs(exchange)) {
        exchange.sendResponseHeaders(403, -1);
      } else if (path.equals(ROOT + "invocation/next")) {
        next(exchange);
      } else if (path.equals(ROOT + "init/error")) {
        byte[] error = exchange.getRequestBody().readAllBytes();
        open.values()
            .forEach(pending -> pending.result().complete(new InvocationResult.Unhandled(error)));
        accept(exchange);
      } else if (outcome.matches()) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Pending pending = open.remove(outcome.group(1));
        if (pending == null) {
          exchange.sendResponseHeaders(400, -1);
        } else {
          accept(exchange);
          pending
              .result()
              .complete(
                  outcome.group(2).equals("response")
                      ? new InvocationResult.Returned(body)
                      : new InvocationResult.Unhandled(body));
        }
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /** Refuses other users: they could read the payload of an invocation and respond to it. */
  private boolean isOurs(HttpExchange exchange) {
    return Peer.of(exchange.getRemoteAddress(), exchange.getLocalAddress())
            instanceof Peer.OfUser user
        && user.uid() == uid
        && address().equals(exchange.getRequestHeaders().getFirst("Host"))
        && !exchange.getRequestHeaders().containsKey("Origin");
  }

  /**
   * The client's native code reads the Content-Type of every response without checking that it
   * exists.
   */
  private static void accept(HttpExchange exchange) throws IOException {
    byte[] body = "{\"status\":\"OK\"}\n".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(202, body.length);
    exchange.getResponseBody().write(body);
  }

  private void next(HttpExchange exchange) throws IOException {
    try {
      Pending pending = waiting.take();
      var headers = exchange.getResponseHeaders();
      headers.set("Content-Type", "application/json");
      headers.set("Lambda-Runtime-Aws-Request-Id", pending.requestId());
      headers.set(
          "Lambda-Runtime-Deadline-Ms",
          Long.toString(clock.instant().plus(pending.timeout()).toEpochMilli()));
      headers.set("Lambda-Runtime-Invoked-Function-Arn", function.arn());
      exchange.sendResponseHeaders(
          200, pending.payload().length == 0 ? -1 : pending.payload().length);
      exchange.getResponseBody().write(pending.payload());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
