package cryptorobot.deployer.localstack;

import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * LocalStack as a process of this machine, without Docker, in a root file system that {@code
 * scripts/test.d/localstack/make-root.sh} made. Its output is in {@code target/localstack.log}.
 */
final class RootProcess implements Running.Here {
  private static final Path LOG = Path.of("target", "localstack.log");
  private static final Duration START = Duration.ofMinutes(2);

  /** LocalStack ends within 20 seconds. */
  private static final Duration END = Duration.ofSeconds(30);

  private final Process process;
  private final URI endpoint;

  private RootProcess(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  static RootProcess start(Path root) throws IOException {
    int port = freePort();
    Settings settings = Settings.write(true);
    List<String> command =
        new ArrayList<>(
            List.of(
                "localstack/start-root.sh",
                root.toString(),
                String.valueOf(port),
                settings.folder().toString()));
    settings.variables().forEach((name, value) -> command.add(name + "=" + value));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(LOG.toFile()).start();
    RootProcess started = new RootProcess(process, URI.create("http://127.0.0.1:" + port));
    started.awaitHealth();
    return started;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitHealth() throws IOException {
    Waiting waiting = Waiting.real();
    var end = waiting.now().plus(START);
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!isHealthy(client)) {
        if (!process.isAlive() || waiting.now().isAfter(end)) {
          close();
          throw new IllegalStateException("LocalStack did not start: " + Files.readString(LOG));
        }
        waiting.pause(Duration.ofMillis(100));
      }
    }
  }

  private boolean isHealthy(HttpClient client) {
    var request = HttpRequest.newBuilder(endpoint.resolve("/_localstack/health")).build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public boolean runsFunctions() {
    return true;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
