package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of the secret with the keys that are not valid keys. */
class HostileKeysTest {

  private static final String MARK = "visible-if-leaked";

  static Stream<String> noKeys() {
    String good = pair(MARK, MARK);
    Stream<String> whole =
        Stream.of(
            good + ",",
            good + good,
            "// " + MARK + "\n" + good,
            good.replace('"', '\''),
            good.replace("BINANCE_API_KEY", "binance_api_key"),
            good.replace("BINANCE_API_KEY", "BINANCE_API_KEY "),
            good.replace("BINANCE_SECRET_KEY", "BINANCE_API_KEY"),
            "BINANCE_API_KEY=" + MARK,
            "[" + good + "]",
            "{\"keys\": " + good + "}",
            "\"" + good.replace("\"", "\\\"") + "\"",
            "{\"BINANCE_API_KEY\": \"\\ud800" + MARK + "\", \"BINANCE_SECRET_KEY\": \"x\"}",
            "{\"BINANCE_API_KEY\": \"x\", \"BINANCE_SECRET_KEY\": \"" + MARK + "\\udfff\"}",
            good + " {}",
            "'" + MARK + "'",
            "",
            "[".repeat(50_000) + "\"" + MARK + "\"");
    Stream<String> values =
        Stream.of("null", "7", "true", "[]", "{}", "\"\"", "\" \\t \"", "[\"" + MARK + "\"]")
            .map(value -> good.replace(":\"" + MARK + "\",", ":" + value + ","));
    Stream<String> controls =
        IntStream.of(0, 1, 7, 8, 9, 10, 11, 12, 13, 0x1b, 0x1f, 0x7f, 0x85, 0x9b, 0x2028, 0x2029)
            .mapToObj(c -> pair(MARK + (char) c, "x"));
    Stream<String> cut = HostileTexts.cut(good, 20).stream().filter(text -> !text.isEmpty());
    return Stream.of(whole, values, controls, cut).flatMap(texts -> texts);
  }

  private static String pair(String key, String secretKey) {
    return Json.object()
        .put("BINANCE_API_KEY", key)
        .put("BINANCE_SECRET_KEY", secretKey)
        .toString();
  }

  @ParameterizedTest
  @MethodSource("noKeys")
  @Hostile("secrets with keys")
  void causesASimulationWithAReasonThatDisclosesNothing(String secret) {
    Script.Ended ended = judged(secret);

    assertEquals(3, ended.code(), ended.output() + ended.errors());
    assertEquals("", ended.errors());
    String reason = ended.output().strip();
    Refusal.isReadable(reason);
    List.of(MARK, "leaked", MARK.substring(0, 6))
        .forEach(part -> assertFalse(reason.contains(part), reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json s3cr3t | the secret is not valid JSON, or has a duplicate field",
        "`` | the secret is not valid JSON, or has a duplicate field",
        "{} {} | the secret is not valid JSON, or has a duplicate field",
        "{\"BINANCE_API_KEY\": NaN} | the secret is not valid JSON, or has a duplicate field",
        "{\"BINANCE_API_KEY\": \"s3cr3t\", \"BINANCE_API_KEY\": \"s3cr3t\"} | the secret is not valid JSON, or has a duplicate field",
        "[\"s3cr3t\"] | the secret is not a JSON object",
        "\"s3cr3t\" | the secret is not a JSON object",
        "null | the secret is not a JSON object",
        "{} | BINANCE_API_KEY is missing from the secret",
        "{\"BINANCE_API_KEY\": \"s3cr3t\"} | BINANCE_SECRET_KEY is missing from the secret",
        "{\"BINANCE_API_KEY\": \"\", \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is empty",
        "{\"BINANCE_API_KEY\": \"  \", \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is empty",
        "{\"BINANCE_API_KEY\": 5, \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is not a string",
        "{\"BINANCE_API_KEY\": null, \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is not a string",
        "{\"BINANCE_API_KEY\": \"x\", \"BINANCE_SECRET_KEY\": {\"s3cr3t\": 1}} | BINANCE_SECRET_KEY is not a string",
      })
  void givesTheReason(String secret, String reason) {
    assertEquals(reason + "\n", judged(secret).output());
  }

  /** A value that cannot be a key: robots print it when the exchange's client refuses it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "` s3cr3t`|begins or ends with a blank",
        "`s3cr3t `|begins or ends with a blank",
        "`s3cr3t\n`|contains control characters, such as a line break",
        "`s3cr3t\u2028`|contains control characters, such as a line break",
        "s3cr3t\u200b|contains a character that is not printable ASCII",
        "\ufeffs3cr3t|contains a character that is not printable ASCII",
        "\u201cs3cr3t\u201d|contains a character that is not printable ASCII",
        "s3cr\u00e9t|contains a character that is not printable ASCII",
        "***|is a placeholder that nothing replaced",
        "${{ secrets.BINANCE_API_KEY }}|is a placeholder that nothing replaced",
        "$BINANCE_API_KEY|is a placeholder that nothing replaced",
        "${BINANCE_API_KEY}|is a placeholder that nothing replaced",
      })
  void refusesAValueThatCannotBeAKey(String value, String reason) {
    assertEquals("BINANCE_API_KEY " + reason + "\n", judged(pair(value, "x")).output());
    assertEquals("BINANCE_SECRET_KEY " + reason + "\n", judged(pair("x", value)).output());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "=#'\" $x",
        "vmPUZE6mv9SEN3T6MN1GGV1L",
        "a b",
        "pa$$word",
        "-----BEGIN x-----\\nabc"
      })
  void acceptsPrintableAsciiWhateverItIs(String value) {
    Script.Ended ended = judged(pair(value, value));
    assertEquals(0, ended.code(), ended.output() + ended.errors());
    assertEquals("", ended.output());
  }

  /** Windows writes it in front of a file. */
  @Test
  void acceptsAByteOrderMarkBeforeTheJson() {
    assertEquals(0, judged("\ufeff" + pair("x", "y")).code());
  }

  private static Script.Ended judged(String secret) {
    return Script.module("keys", Map.of(), secret);
  }
}
