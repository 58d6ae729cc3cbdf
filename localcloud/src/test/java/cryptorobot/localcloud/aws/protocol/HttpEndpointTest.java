package cryptorobot.localcloud.aws.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class HttpEndpointTest {
  private final AtomicReference<HttpEndpoint> front = new AtomicReference<>();

  /** Closes the server on another thread, and responds when the server waits or is closed. */
  private final class Shutdown implements AwsService {
    @Override
    public boolean accepts(Request request) {
      return true;
    }

    @Override
    public Response handle(Request request) {
      Thread closer = Thread.ofPlatform().start(front.get()::close);
      while (closer.getState() != Thread.State.TIMED_WAITING
          && closer.getState() != Thread.State.TERMINATED) {
        Thread.onSpinWait();
      }
      return Response.empty(200);
    }

    @Override
    public Response refuse(Request request, String reason) {
      return Response.empty(403);
    }
  }

  /** Discards the log. */
  private static final class NoLog implements CallLog {
    @Override
    public void called(String accessKeyId, String action, int status, String error) {}

    @Override
    public void internalError(String action, RuntimeException fault) {}
  }

  @Test
  void theRequestThatClosesTheServerGetsItsResponse() throws Exception {
    front.set(
        new HttpEndpoint(List.of(new Shutdown()), new ConnectionFilter(_ -> false), new NoLog()));
    int port =
        front.get().listen(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0)).getPort();
    URI uri = URI.create("http://127.0.0.1:" + port + "/");
    try (HttpClient client = HttpClient.newHttpClient()) {
      var response =
          client.send(
              HttpRequest.newBuilder(uri).GET().build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode());
    }
  }
}
