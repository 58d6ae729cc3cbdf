package cryptorobot.localcloud.git;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Passes a request to {@code git http-backend}, a CGI program.
 *
 * @see <a href="https://git-scm.com/docs/git-http-backend">git-http-backend</a>
 */
final class GitBackend {
  // A commit can be fetched by its id, as on GitHub.
  private static final Map<String, String> CONFIGURATION =
      Map.of(
          "http.receivepack", "false",
          "http.getanyfile", "false",
          "uploadpack.allowAnySHA1InWant", "true",
          "uploadpack.allowFilter", "true");

  void serve(HttpExchange exchange, Path repository, String path, String query) throws IOException {
    var builder =
        UntrustedGit.in(repository, List.of("http-backend"), CONFIGURATION)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", repository.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("PATH_INFO", path);
    environment.put("QUERY_STRING", query);
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("REMOTE_ADDR", exchange.getRemoteAddress().getAddress().getHostAddress());
    pass(exchange, "Content-Type", environment, "CONTENT_TYPE");
    pass(exchange, "Content-Encoding", environment, "HTTP_CONTENT_ENCODING");
    pass(exchange, "Git-Protocol", environment, "GIT_PROTOCOL");
    Process process = builder.start();
    try {
      var feeder = Thread.ofPlatform().daemon().start(() -> feed(exchange, process));
      try (InputStream response = process.getInputStream()) {
        int status = readHeaders(exchange, response);
        exchange.sendResponseHeaders(status, 0);
        response.transferTo(exchange.getResponseBody());
      }
      feeder.interrupt();
    } finally {
      process.destroy();
    }
  }

  private static void pass(
      HttpExchange exchange, String header, Map<String, String> environment, String name) {
    Optional.ofNullable(exchange.getRequestHeaders().getFirst(header))
        .ifPresent(value -> environment.put(name, value));
  }

  private static void feed(HttpExchange exchange, Process process) {
    try (var stdin = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(stdin);
    } catch (IOException e) {
      // The client or git has closed its end; the status of the response shows it.
    }
  }

  private static int readHeaders(HttpExchange exchange, InputStream response) throws IOException {
    int status = 200;
    for (String line = readLine(response); !line.isEmpty(); line = readLine(response)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("git http-backend sent '" + line + "' as a header");
      }
      String name = line.substring(0, colon);
      String value = line.substring(colon + 1).strip();
      if (name.toLowerCase(Locale.ROOT).equals("status")) {
        status = Integer.parseInt(value.substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(name, value);
      }
    }
    return status;
  }

  private static String readLine(InputStream from) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int read = from.read(); read >= 0 && read != '\n'; read = from.read()) {
      line.write(read);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }
}
