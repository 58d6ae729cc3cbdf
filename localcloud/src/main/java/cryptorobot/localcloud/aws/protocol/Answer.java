package cryptorobot.localcloud.aws.protocol;

import java.util.Map;
import java.util.Objects;

/** One HTTP answer. */
public record Answer(int status, Map<String, String> headers, byte[] body) {
  public Answer {
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body is null");
  }

  public static Answer of(int status, String contentType, byte[] body) {
    return new Answer(status, Map.of("Content-Type", contentType), body);
  }

  /** An answer without a body. */
  public static Answer empty(int status) {
    return new Answer(status, Map.of(), new byte[0]);
  }
}
