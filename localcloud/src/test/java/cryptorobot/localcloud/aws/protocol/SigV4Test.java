package cryptorobot.localcloud.aws.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against AWS's own test suite, in {@code src/test/resources/sigv4}. */
final class SigV4Test {
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\\d+)/([^/]+)/([^/]+)/aws4_request, "
              + "SignedHeaders=([^,]+), Signature=(\\p{XDigit}{64})");

  static Stream<String> cases() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/sigv4"))) {
      List<String> names =
          files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".txt")).toList();
      assertTrue(names.size() >= 28, names::toString);
      return names.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheSignatureOfEveryRequestOfTheSuite(String name) throws Exception {
    Request request = read(Path.of("src/test/resources/sigv4", name));
    Matcher authorization = AUTHORIZATION.matcher(request.header("authorization").orElseThrow());
    assertTrue(authorization.matches(), request.headers()::toString);
    var scope =
        new SigV4.Scope(authorization.group(1), authorization.group(2), authorization.group(3));
    assertEquals(
        authorization.group(5),
        SigV4.signature(
            request,
            request.header("x-amz-date").orElseThrow(),
            scope,
            List.of(authorization.group(4).split(";")),
            SECRET));
  }

  @Test
  void signsLikeTheSuite() throws Exception {
    Request whole = read(Path.of("src/test/resources/sigv4/get-vanilla-with-session-token.txt"));
    Map<String, String> signed =
        SigV4Signer.sign(
            new Request(
                "GET", whole.uri(), Map.of("host", "example.amazonaws.com"), new byte[0], true),
            "AKIDEXAMPLE",
            SECRET,
            whole.header("x-amz-security-token"),
            "us-east-1",
            "service",
            Instant.parse("2015-08-30T12:36:00Z"));
    assertEquals(whole.header("authorization"), Optional.of(signed.get("Authorization")));
  }

  /** A request as received by a server. */
  private static Request read(Path file) throws IOException {
    String[] parts = Files.readString(file).split("\n\n", 2);
    // A line that begins with a space continues the previous header.
    String[] lines = parts[0].replaceAll("\n[ \t]+", " ").split("\n");
    String[] first = lines[0].split(" ");
    Map<String, String> headers = new HashMap<>();
    Arrays.stream(lines)
        .skip(1)
        .map(line -> line.split(":", 2))
        .forEach(
            field ->
                headers.merge(
                    field[0].toLowerCase(Locale.ROOT), field[1].strip(), (a, b) -> a + "," + b));
    return new Request(
        first[0],
        // A path may begin with two slashes, which would be parsed as a host.
        URI.create("http://example.amazonaws.com" + first[1]),
        headers,
        parts[1].strip().getBytes(StandardCharsets.UTF_8),
        true);
  }
}
