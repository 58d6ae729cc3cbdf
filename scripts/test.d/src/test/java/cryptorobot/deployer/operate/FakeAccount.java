package cryptorobot.deployer.operate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * An AWS account with scripted answers, over HTTP: JSON services by the operation of {@code
 * X-Amz-Target}, query services by {@code Action}, S3 by the method. An operation without an answer
 * is an error of the test, which the client then reports.
 */
public final class FakeAccount implements AutoCloseable {
  /** A request. The body of a query service is decoded. */
  public record Call(String operation, String path, String body) {}

  private record Refusal(int status, String code) {}

  private static final int NOT_IMPLEMENTED = 501;

  private final HttpServer server;
  private final Map<String, UnaryOperator<String>> answers = new ConcurrentHashMap<>();
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  public FakeAccount() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
    on(
        "GetCallerIdentity",
        _ -> xml("GetCallerIdentity", "<Arn>arn:aws:iam::000000000000:user/me</Arn>"));
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The answer to each request of this operation. */
  public FakeAccount on(String operation, UnaryOperator<String> answer) {
    answers.put(operation, answer);
    return this;
  }

  /** The error to each request of this operation of a JSON service. */
  public FakeAccount refuse(String operation, int status, String code) {
    refusals.put(operation, new Refusal(status, code));
    return this;
  }

  /** The answer of a query service. */
  public static String xml(String operation, String result) {
    return "<%1$sResponse><%1$sResult>%2$s</%1$sResult></%1$sResponse>"
        .formatted(operation, result);
  }

  public List<Call> calls(String operation) {
    return calls.stream().filter(call -> call.operation().equals(operation)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readAllBytes();
    String body = new String(sent, StandardCharsets.UTF_8);
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String operation = exchange.getRequestMethod();
    if (target != null) {
      operation = target.substring(target.indexOf('.') + 1);
    } else if (body.startsWith("Action=")) {
      operation = body.substring("Action=".length(), body.indexOf('&'));
      body = URLDecoder.decode(body, StandardCharsets.UTF_8);
    }
    calls.add(new Call(operation, exchange.getRequestURI().getPath(), body));
    Refusal refusal = refusals.get(operation);
    UnaryOperator<String> answer = answers.get(operation);
    if (refusal != null) {
      send(
          exchange,
          refusal.status,
          "{\"__type\":\"%s\",\"message\":\"refused by the test\"}".formatted(refusal.code));
    } else if (answer != null) {
      send(exchange, 200, answer.apply(body));
    } else {
      send(exchange, NOT_IMPLEMENTED, "no answer is scripted for " + operation);
    }
  }

  private static void send(HttpExchange exchange, int status, String answer) throws IOException {
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("ETag", "\"0\"");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
