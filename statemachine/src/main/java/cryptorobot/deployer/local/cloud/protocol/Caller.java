package cryptorobot.deployer.local.cloud.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who signed a request, as its SigV4 {@code Authorization} header says.
 *
 * <p>The header is required, as on AWS, and every call is attributed to its access key id. The
 * signature itself is <em>not</em> verified: the local cloud listens only where this machine and
 * its own instances reach it, and any secret key is accepted.
 */
public record Caller(String accessKeyId, String region, String service) {
  private static final Pattern HEADER =
      Pattern.compile(
          "AWS4-HMAC-SHA256\\s+Credential=([^/,\\s]+)/(\\d{8})/([^/,\\s]+)/([^/,\\s]+)/aws4_request"
              + "\\s*,\\s*SignedHeaders=[^,\\s]+\\s*,\\s*Signature=[0-9a-fA-F]+");

  /** The caller of a request; an {@link ApiError} with AWS's code when it is not signed. */
  public static Caller of(Incoming request) {
    Optional<String> header = request.header("authorization");
    if (header.isEmpty()) {
      throw new ApiError(
          403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    Matcher matcher = HEADER.matcher(header.get().strip());
    if (!matcher.matches()) {
      throw new ApiError(
          403,
          "IncompleteSignatureException",
          "Authorization header requires AWS4-HMAC-SHA256 with 'Credential', 'SignedHeaders' and"
              + " 'Signature'.");
    }
    return new Caller(matcher.group(1), matcher.group(3), matcher.group(4));
  }
}
