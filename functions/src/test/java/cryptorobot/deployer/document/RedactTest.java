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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code robothost/redact.py}: no secret of a release's .env is in what is shown of its logs. */
class RedactTest {
  private static final String SECRET = "aB3/+x9=Zk'q\"0w?&7";

  @TempDir Path application;

  private String redacted(String env, String text) {
    return redactedBy(env, text, "sys.stdout.write(Redaction(sys.argv[1])(sys.stdin.read()))");
  }

  private String redactedBy(String env, String text, String program) {
    try {
      Path release = Files.createDirectories(application.resolve("releases/one"));
      Files.writeString(release.resolve(".env"), env);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    Script.Ended ended =
        Script.python(
            "from robothost import redact\nfrom robothost.redact import *\n" + program,
            Map.of(),
            text,
            application.toString());
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
  void knowsATokenAWalletAndAnAddressThatAreSecret() {
    String wallet =
        "abandon ability able about above absent absorb abstract absurd abuse access accident";
    String env =
        """
        TG_BOT=812345999:CCHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx
        DISCORD=https://discord.com/api/webhooks/123456789012345678/abcDEF_ghij-klmnopqrstuvw0123
        SENTRY=https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42
        SEED="%s"
        """
            .formatted(wallet);
    assertEquals("x [redacted] y", redacted(env, "x " + wallet + " y"));
    assertEquals("['[redacted]']", redacted(env, "['" + wallet.replace(" ", "', '") + "']"));
    assertEquals(
        "bot[redacted]", redacted(env, "bot812345999%3ACCHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx"));
    assertEquals("token [redacted]", redacted(env, "token abcDEF_ghij-klmnopqrstuvw0123"));
    assertEquals("key [redacted]", redacted(env, "key 0123456789abcdef0123456789abcdef"));
  }

  @Test
  void leavesSettingsThatAreNoSecrets() {
    String env =
        """
        DATA_DIR=/opt/crypto-robot/shared/data1
        LOG_FILE=logs/robot-2026-11-28.log
        HOST=crypto-robot.example.com
        API_URL=https://api.binance.com/api/v3
        KEY_PATH=/opt/crypto-robot/certificates/x/key.pem
        REVISION=e6ee156a3c0ba8d1a8a8ad11ae37a1bd7b2b13d0
        """;
    String text = env.replaceAll("(?m)^[A-Z_]+=", "");
    assertEquals(text, redacted(env, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "bot123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/getMe|bot[redacted]/getMe",
        "url: /api/webhooks/123456789012345678/abcDEF_ghij-klmnopqrstuvwxyz012 (Caused|url: /api/webhooks/123456789012345678/[redacted] (Caused",
        "postgres://robot:hunter22@db/orders|postgres://robot:[redacted]@db/orders",
        "redis://:p4ss@host:6379/0|redis://:[redacted]@host:6379/0",
        "pip: https://robot:p@ss@index.example/simple|pip: https://robot:[redacted]@index.example/simple",
        "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42|https://[redacted]@o1.ingest.sentry.io/42",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U|[redacted]",
        "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\\n-----END PRIVATE KEY-----|[redacted]",
        "a -----BEGIN RSA PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj|a [redacted]",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a|[redacted]",
        "github_pat_11ABCDEFG0abcdefghijklmnopqrstuvwxyz|[redacted]",
        "xoxb-123456789012-abcdefABCDEF|[redacted]",
        "https://hooks.slack.com/services/T0123ABCD/B0123ABCD/abcdefABCDEF0123456789ab|https://hooks.slack.com/services/[redacted]",
        "AKIAIOSFODNN7EXAMPLE|[redacted]",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY|aws_secret_access_key = [redacted]",
        "X-MBX-APIKEY: vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A|X-MBX-APIKEY: [redacted]",
        "api_key=abc123def&x=1|api_key=[redacted]&x=1",
        "{'apiKey': 'abcdefgh', 'enableRateLimit': True}|{'apiKey': '[redacted]', 'enableRateLimit': True}",
        "{\\\"token\\\": \\\"s3cr3t!x\\\"}|{\\\"token\\\": \\\"[redacted]\\\"}",
        "token: abc12345xyz|token: [redacted]",
        "password=hunterhunter|password=[redacted]",
        "Authorization: Bearer abcdef0123456789abcdef|Authorization: Bearer [redacted]",
        "seed phrase: abandon ability able about above absent absorb abstract absurd abuse access accident|seed phrase: [redacted]",
      })
  void knowsTokensOfTheUsualKinds(String text, String left) {
    assertEquals(left, redacted("", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "commit e6ee156a3c0ba8d1a8a8ad11ae37a1bd7b2b13d0 does not exist",
        "release 20261123T071056Z-75dc424 serves again",
        "crash bundle 20261123T071342Z-crypto-robot",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "--hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "https://github.com/owner/robot.git",
        "ssh://git@github.com:22/owner/robot.git and git@github.com:owner/robot.git",
        "http://127.0.0.1:5000/health?x=1",
        "File \"/opt/crypto-robot/venv/lib/python3.11/site-packages/requests/models.py\", line 415",
        "arn:aws:states:eu-west-1:000000000000:execution:crypto-robot-deploy:deploy-20261123T071056Z-5aba",
        "secret crypto-robot/crypto-robot.local/keys, version 0f5c0c8e-6b7f-4b0e-8b1a-0123456789ab",
        "could not read token: /opt/crypto-robot/releases/20261123T071056Z-75dc424/token.txt",
        "KeyError: 'BINANCE_API_KEY'",
        "client = Client(api_key=self.api_key, secret=config.secret)",
        "api_key=${BINANCE_API_KEY}, token=None, password: required",
        "SyntaxError: invalid token (main.py, line 12)",
        "no '-----BEGIN CERTIFICATE-----' line",
        "2026-11-28 06:14:20,123 INFO tick 64512.25 USDT, ratio=0.123456789, BTC/USDT:USDT",
        "pip cannot install numpy==1.26.4 (requirements.txt, line 3)",
        "mail user@example.com, task-runner-1234567890abcdefgh",
      })
  void leavesWhatPeopleNeed(String text) {
    assertEquals(text, redacted("", text));
  }

  @Test
  void takesAPrivateKeyOutThatComesLineByLine() throws IOException {
    List<String> key = privateKey();
    String printed = "before\n" + String.join("\n", key) + "\nafter 1\n";
    assertEquals(
        "before\n" + "[redacted]\n".repeat(key.size()) + "after 1\n", byLines("", printed));
    // The beginning is in an earlier answer: what is known by value is the certificate's own.
    Path version =
        Files.createDirectories(application.resolve("certificates/.versions/host-version"));
    Files.writeString(version.resolve("key.pem"), String.join("\n", key) + "\n");
    for (String line : key.subList(1, key.size() - 1)) {
      assertEquals("x [redacted] y", redacted("", "x " + line + " y"), line);
    }
  }

  @Test
  void takesTheMiddleOfAnUnknownPrivateKeyOut() {
    for (String line : privateKey().subList(1, 20)) {
      assertEquals("[redacted]\n", byLines("", line + "\n"), line);
    }
  }

  @Test
  void aPrivateKeyThatNeverEndsHidesNoMoreThanItsLines() {
    String printed = "no -----BEGIN PRIVATE KEY-----\nwords of another kind\nthe end is near\n";
    assertEquals("no [redacted]\nwords of another kind\nthe end is near\n", byLines("", printed));
    assertEquals("no [redacted]\nwords of another kind\nthe end is near\n", redacted("", printed));
  }

  @Test
  void readsNothingButPlainFiles() throws IOException {
    Path release = Files.createDirectories(application.resolve("releases/two"));
    Script.run(List.of("mkfifo", release.resolve(".env").toString()), Map.of(), "");
    Files.createSymbolicLink(
        release.resolve(".deployer-env-base"), application.resolve("releases/one/.env"));
    assertEquals("a word", redacted("", "a word"));
  }

  @Test
  void takesTheLoginToThePackageIndexOut() throws IOException {
    Files.writeString(
        application.resolve("netrc"), "machine index.example\nlogin robot\npassword p4ss-of-it\n");
    assertEquals(
        "denied: robot [redacted]",
        redactedBy(
            "",
            "denied: robot p4ss-of-it",
            "redact.INDEX_LOGIN = sys.argv[1] + '/netrc';"
                + " sys.stdout.write(Redaction(sys.argv[1])(sys.stdin.read()))"));
  }

  private static List<String> privateKey() {
    return Script.run(
            List.of("openssl", "genpkey", "-algorithm", "RSA", "-outform", "PEM"), Map.of(), "")
        .output()
        .lines()
        .toList();
  }

  /** As a journal has it: one entry a line. */
  private String byLines(String env, String text) {
    return redactedBy(
        env,
        text,
        "r = Redaction(sys.argv[1]);"
            + " [print(r.entry({'MESSAGE': line.rstrip('\\n'), '_PID': '7'})) for line in sys.stdin]");
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
