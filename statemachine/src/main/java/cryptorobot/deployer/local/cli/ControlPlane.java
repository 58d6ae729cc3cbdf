package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The local cloud's own endpoints under {@code /_local/}: what no AWS API offers. */
final class ControlPlane {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI endpoint;

  ControlPlane(URI endpoint) {
    this.endpoint = endpoint;
  }

  boolean answers() {
    try {
      call("GET", "/_local/health", null);
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      throw failed("GET", "/_local/health", e);
    }
  }

  List<InstanceView> machines() {
    JsonNode listed = request("GET", "/_local/machines", null);
    return StreamSupport.stream(listed.spliterator(), false).map(InstanceView::of).toList();
  }

  Optional<InstanceView> machine(String environment) {
    return machines().stream().filter(m -> m.environment().equals(environment)).findFirst();
  }

  /** Makes and starts an environment's instance; blocks for as long as its disk takes. */
  InstanceView ensure(String environment) {
    return InstanceView.of(request("PUT", "/_local/environments/" + encoded(environment), null));
  }

  void remove(String environment) {
    request("DELETE", "/_local/environments/" + encoded(environment), null);
  }

  /** Serves a git repository of this machine to the instances; returns its address for them. */
  String serve(String name, Path repository) {
    var body = JSON.createObjectNode().put("path", repository.toString());
    return request("PUT", "/_local/repositories/" + encoded(name), body).path("url").asText();
  }

  /** What the cloud noticed: notifications, and the like. */
  JsonNode logs(String environment) {
    return request("GET", "/_local/logs?environment=" + encoded(environment), null);
  }

  void shutdown() {
    request("POST", "/_local/shutdown", null);
  }

  private JsonNode request(String method, String path, JsonNode body) {
    try {
      return call(method, path, body);
    } catch (IOException e) {
      throw failed(method, path, e);
    }
  }

  private JsonNode call(String method, String path, JsonNode body) throws IOException {
    HttpURLConnection connection = send(method, path, body);
    String answer = text(connection);
    if (connection.getResponseCode() / 100 != 2) {
      throw new CommandFailure(ExitCode.FAILED, said(answer, connection.getResponseCode()));
    }
    return answer.isBlank() ? JSON.createObjectNode() : JSON.readTree(answer);
  }

  private HttpURLConnection send(String method, String path, JsonNode body) throws IOException {
    var connection =
        (HttpURLConnection) endpoint.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setRequestMethod(method);
    connection.setConnectTimeout(5_000);
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.getOutputStream().write(JSON.writeValueAsBytes(body));
    }
    return connection;
  }

  private static String text(HttpURLConnection connection) throws IOException {
    boolean failed = connection.getResponseCode() >= 400;
    try (InputStream body = failed ? connection.getErrorStream() : connection.getInputStream()) {
      return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String said(String answer, int status) {
    try {
      JsonNode message = JSON.readTree(answer).path("message");
      return message.isTextual() ? message.asText() : answer;
    } catch (IOException e) {
      return answer.isBlank() ? "the local cloud answered with status " + status : answer.strip();
    }
  }

  private CommandFailure failed(String method, String path, IOException e) {
    return new CommandFailure(
        ExitCode.FAILED, "%s %s%s: %s".formatted(method, endpoint, path, e.getMessage()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
