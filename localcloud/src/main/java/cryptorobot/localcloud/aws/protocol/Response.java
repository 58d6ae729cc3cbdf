package cryptorobot.localcloud.aws.protocol;

import java.util.Map;
import java.util.Objects;

/** An HTTP response. */
public record Response(int status, Map<String, String> headers, byte[] body) {
  public Response {
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body is null");
  }

  public static Response of(int status, String contentType, byte[] body) {
    return new Response(status, Map.of("Content-Type", contentType), body);
  }

  /** A response without a body. */
  public static Response empty(int status) {
    return new Response(status, Map.of(), new byte[0]);
  }
}
