package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lib/redact.py}: no secret of a release's .env is in what is shown of its logs. */
class RedactTest {
  private static final String PROGRAM =
      "import sys; exec(open(sys.argv[1]).read());"
          + " sys.stdout.write(Redaction(sys.argv[2])(sys.stdin.read()))";
  private static final String SECRET = "aB3/+x9=Zk'q\"0w?&7";

  @TempDir Path application;

  private String redacted(String env, String text) {
    try {
      Path release = Files.createDirectories(application.resolve("releases/one"));
      Files.writeString(release.resolve(".env"), env);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    Script.Ended ended =
        Script.run(
            List.of(
                "python3",
                "-ISc",
                PROGRAM,
                Script.HOST.resolve("lib/redact.py").toString(),
                application.toString()),
            Map.of(),
            text);
    assertEquals(0, ended.code(), ended.errors());
    return ended.output();
  }

  @Test
  void takesASecretOutInEveryFormItIsWrittenIn() {
    String env = "BINANCE_SECRET_KEY='" + SECRET.replace("'", "\\'") + "'\n";
    byte[] bytes = SECRET.getBytes(UTF_8);
    for (String form :
        List.of(
            SECRET,
            URLEncoder.encode(SECRET, UTF_8),
            URLEncoder.encode(SECRET, UTF_8).replace("%2F", "%2f"),
            SECRET.replace("\"", "\\\""),
            HexFormat.of().formatHex(bytes),
            Base64.getEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))) {
      assertEquals(
          "a [redacted] b", redacted(env, "a " + form + " b").replaceAll("\\]\\S* b", "] b"), form);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "ke", "key:", "user:12"})
  void takesBase64OutWhereverTheSecretBeginsInIt(String before) {
    String secret = "0123456789abcdefghijKLMNOPQRST";
    String whole = Base64.getEncoder().encodeToString((before + secret + ":x").getBytes(UTF_8));
    String left = redacted("BINANCE_API_KEY=" + secret + "\n", whole);
    int around = (before.length() + ":x".length()) * 4 / 3 + 8;
    assertTrue(
        left.replace("[redacted]", "").length() <= around && left.contains("[redacted]"),
        whole + " became " + left);
  }

  @Test
  void knowsASecretByItsNameOrByItsLook() {
    String env =
        """
        export TELEGRAM_TOKEN="12345:abc" # for messages
        PLAIN_WORDS=a quiet day
        NOTHING=Zq7Rt2Lm9Xv4Bn8Kd3Wp
        DATABASE=postgres://robot:hunter22@db/orders
        TICK_SECONDS=1
        ROBOT_MODE=simulation
        """;
    assertEquals(
        "[redacted] a quiet day [redacted] robot:[redacted]@db 1 simulation",
        redacted(env, "12345:abc a quiet day Zq7Rt2Lm9Xv4Bn8Kd3Wp robot:hunter22@db 1 simulation"));
  }

  @Test
  void takesEachLineOfALongSecretOut() {
    String env = "PRIVATE_KEY=\"first-line-of-it\\nsecond-line-of-it\"\n";
    assertEquals(
        "x [redacted]\ny [redacted]\n", redacted(env, "x first-line-of-it\ny second-line-of-it\n"));
  }

  @Test
  void leavesWhatIsTooShortToBeASecret() {
    assertEquals(
        "status 1 is true", redacted("BINANCE_API_KEY=1\nAUTH=true\n", "status 1 is true"));
  }
}
