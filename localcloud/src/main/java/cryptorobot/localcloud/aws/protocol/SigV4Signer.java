package cryptorobot.localcloud.aws.protocol;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Signs requests, as a client does. */
public final class SigV4Signer {
  private SigV4Signer() {}

  /**
   * The headers to add to a request so that it is signed.
   *
   * @param request with the header {@code host}
   */
  public static Map<String, String> sign(
      Request request,
      String accessKeyId,
      String secret,
      Optional<String> token,
      String region,
      String service,
      Instant now) {
    String time = SigV4.TIME.format(now);
    var scope = new SigV4.Scope(time.substring(0, 8), region, service);
    Map<String, String> added = new HashMap<>(Map.of("x-amz-date", time));
    token.ifPresent(text -> added.put("x-amz-security-token", text));
    Map<String, String> headers = new HashMap<>(request.headers());
    headers.putAll(added);
    List<String> signed = List.copyOf(new TreeSet<>(headers.keySet()));
    Request whole =
        new Request(request.method(), request.uri(), headers, request.body(), request.local());
    added.put(
        "Authorization",
        "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(
                SigV4.ALGORITHM,
                accessKeyId,
                scope,
                String.join(";", signed),
                SigV4.signature(whole, time, scope, signed, secret)));
    return added;
  }
}
