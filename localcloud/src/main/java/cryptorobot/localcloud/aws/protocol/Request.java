package cryptorobot.localcloud.aws.protocol;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An HTTP request with its body.
 *
 * @param headers with names in lower case; several values of a header are joined by commas
 * @param local whether it came from a program of this machine, not from an instance
 */
public record Request(
    String method, URI uri, Map<String, String> headers, byte[] body, boolean local) {
  public Request {
    Objects.requireNonNull(method, "method is null");
    Objects.requireNonNull(uri, "uri is null");
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body is null");
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The path as sent, still percent-encoded: function ARNs arrive encoded. */
  public String path() {
    return uri.getRawPath() == null ? "/" : uri.getRawPath();
  }

  public Parameters query() {
    return Parameters.parse(uri.getRawQuery() == null ? "" : uri.getRawQuery());
  }
}
