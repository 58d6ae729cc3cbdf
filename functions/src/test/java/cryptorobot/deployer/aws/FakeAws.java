package cryptorobot.deployer.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** An endpoint that returns prepared responses, so that the real SDK is tested. */
final class FakeAws implements AutoCloseable {

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();

  FakeAws() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  /** Clients that {@code AWS_ENDPOINT_URL} directs to this endpoint. */
  AwsClients clients() {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return new AwsClients(
        Map.of("AWS_REGION", "eu-west-1", "AWS_ENDPOINT_URL", url),
        StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
  }

  FakeAws answer(String body) {
    answers.add(new Answer(200, body));
    return this;
  }

  /** An error of the JSON protocols. */
  FakeAws error(int status, String code) {
    answers.add(
        new Answer(status, "{\"__type\":\"%s\",\"message\":\"the reason\"}".formatted(code)));
    return this;
  }

  /** An error of EC2's protocol. */
  FakeAws ec2Error(int status, String code) {
    answers.add(
        new Answer(
            status,
            "<Response><Errors><Error><Code>%s</Code><Message>the reason</Message></Error></Errors><RequestID>r</RequestID></Response>"
                .formatted(code)));
    return this;
  }

  /** The bodies of all requests so far. */
  List<String> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    // The last response is repeated, so that the SDK's own retries get it too.
    Answer answer = answers.size() > 1 ? answers.remove() : answers.peek();
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
