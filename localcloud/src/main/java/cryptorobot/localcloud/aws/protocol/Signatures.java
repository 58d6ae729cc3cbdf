package cryptorobot.localcloud.aws.protocol;

import cryptorobot.localcloud.aws.protocol.UnverifiedRequest.Flaw;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Verifies accessKeyId signed a request. As on AWS, a signature is valid for five minutes and must
 * cover {@code Host} and every {@code X-Amz-} header.
 */
public final class Signatures {
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final Pattern HEADER =
      Pattern.compile(
          SigV4.ALGORITHM
              + "\\s+Credential=([^/,\\s]+)/(\\d{8})/([^/,\\s]+)/([^/,\\s]+)/aws4_request"
              + "\\s*,\\s*SignedHeaders=([^,\\s]+)\\s*,\\s*Signature=([0-9a-fA-F]+)");

  private final SecretKeys keys;
  private final InstantSource clock;

  public Signatures(SecretKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** The service that a request names; empty if the request is not signed. */
  static Optional<String> service(Request request) {
    return request
        .header("authorization")
        .map(header -> HEADER.matcher(header.strip()))
        .filter(Matcher::matches)
        .map(header -> header.group(4));
  }

  /** The caller of a request; throws {@link UnverifiedRequest}. */
  Caller verify(Request request) {
    String header =
        request
            .header("authorization")
            .orElseThrow(() -> new UnverifiedRequest(Flaw.MISSING, "Missing Authentication Token"));
    Matcher parts = HEADER.matcher(header.strip());
    if (!parts.matches()) {
      throw new UnverifiedRequest(
          Flaw.INCOMPLETE,
          "Authorization header requires "
              + SigV4.ALGORITHM
              + " with 'Credential',"
              + " 'SignedHeaders' and 'Signature'.");
    }
    var scope = new SigV4.Scope(parts.group(2), parts.group(3), parts.group(4));
    List<String> signed = List.of(parts.group(5).split(";"));
    String time = request.header("x-amz-date").orElse("");
    checkCovered(request, signed);
    checkTime(time, scope);
    SecretKeys.SecretKey key =
        keys.find(parts.group(1), request.header("x-amz-security-token"))
            .orElseThrow(
                () ->
                    new UnverifiedRequest(
                        Flaw.UNKNOWN_KEY,
                        "The security token included in the request is invalid."));
    byte[] right =
        SigV4.signature(request, time, scope, signed, key.text()).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(right, parts.group(6).getBytes(StandardCharsets.UTF_8))) {
      throw new UnverifiedRequest(
          Flaw.WRONG,
          "The request signature we calculated does not match the signature you provided. Check"
              + " your AWS Secret Access Key and signing method. Consult the service documentation"
              + " for details.");
    }
    if (!clock.instant().isBefore(key.expires())) {
      throw new UnverifiedRequest(
          Flaw.EXPIRED_KEY, "The security token included in the request is expired");
    }
    return new Caller(parts.group(1), scope.region(), scope.service());
  }

  private static void checkCovered(Request request, List<String> signed) {
    boolean covered =
        signed.contains("host")
            && request.headers().keySet().stream()
                .filter(name -> name.startsWith("x-amz-"))
                .allMatch(signed::contains);
    if (!covered) {
      throw new UnverifiedRequest(
          Flaw.WRONG, "'Host' and every 'X-Amz-' header must be a 'SignedHeader'.");
    }
  }

  private void checkTime(String time, SigV4.Scope scope) {
    Instant made;
    try {
      made = Instant.from(SigV4.TIME.parse(time));
    } catch (DateTimeException e) {
      throw new UnverifiedRequest(
          Flaw.INCOMPLETE, "Date in the header 'X-Amz-Date' must be in ISO-8601 'basic format'.");
    }
    if (!time.startsWith(scope.day())) {
      throw new UnverifiedRequest(
          Flaw.WRONG,
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP");
    }
    Instant now = clock.instant();
    if (made.isBefore(now.minus(WINDOW))) {
      throw new UnverifiedRequest(
          Flaw.WRONG_TIME,
          "Signature expired: %s is now earlier than %s (%s - 5 min.)"
              .formatted(time, SigV4.TIME.format(now.minus(WINDOW)), SigV4.TIME.format(now)));
    }
    if (made.isAfter(now.plus(WINDOW))) {
      throw new UnverifiedRequest(
          Flaw.WRONG_TIME,
          "Signature not yet current: %s is still later than %s (%s + 5 min.)"
              .formatted(time, SigV4.TIME.format(now.plus(WINDOW)), SigV4.TIME.format(now)));
    }
  }
}
