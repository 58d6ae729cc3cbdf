package cryptorobot.localcloud.aws.protocol;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 in the {@code Authorization} header.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create
 *     a signed request</a>
 */
public final class SigV4 {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** The scope of a signing key: a day, a region and a service. */
  public record Scope(String day, String region, String service) {
    @Override
    public String toString() {
      return day + "/" + region + "/" + service + "/aws4_request";
    }
  }

  private SigV4() {}

  /**
   * The signature that a request must have.
   *
   * @param time as in {@code X-Amz-Date}
   * @param signed the names of the headers that the signature covers, in lower case and sorted
   */
  static String signature(
      Request request, String time, Scope scope, List<String> signed, String secret) {
    byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), scope.day());
    for (String part : List.of(scope.region(), scope.service(), "aws4_request")) {
      key = hmac(key, part);
    }
    String toSign =
        String.join(
            "\n",
            ALGORITHM,
            time,
            scope.toString(),
            sha256(canonical(request, signed).getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private static String canonical(Request request, List<String> signed) {
    String headers =
        signed.stream()
            .map(n -> n + ":" + request.header(n).orElse("").strip().replaceAll("\\s+", " ") + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n",
        request.method(),
        canonicalPath(request.path()),
        canonicalQuery(Optional.ofNullable(request.uri().getRawQuery()).orElse("")),
        headers,
        String.join(";", signed),
        sha256(request.body()));
  }

  /** Removes dots and double slashes; encodes the encoded path once more. */
  private static String canonicalPath(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/")) {
      switch (part) {
        case "", "." -> {}
        case ".." -> parts.pollLast();
        default -> parts.add(encode(part));
      }
    }
    boolean folder = path.matches("(?s).*/\\.{0,2}");
    return "/" + String.join("/", parts) + (folder && !parts.isEmpty() ? "/" : "");
  }

  private static String canonicalQuery(String query) {
    return Stream.of(query.split("&"))
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.split("=", 2))
        .map(pair -> new String[] {again(pair[0]), pair.length > 1 ? again(pair[1]) : ""})
        .sorted((a, b) -> a[0].equals(b[0]) ? a[1].compareTo(b[1]) : a[0].compareTo(b[0]))
        .map(pair -> pair[0] + "=" + pair[1])
        .collect(Collectors.joining("&"));
  }

  /** Normalizes the encoding. */
  private static String again(String encoded) {
    return encode(URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8));
  }

  private static String encode(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
      encoded.append(plain ? Character.toString(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
