package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Secret;
import cryptorobot.deployer.ports.StoredSecret;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of the secret with the keys that are not valid keys. */
class HostileKeysTest {

  private static final String MARK = "visible-if-leaked";

  static Stream<String> noKeys() {
    String good = pair(MARK, MARK);
    Stream<String> whole =
        Stream.of(
            "\ufeff" + good,
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
            "[".repeat(5_000) + "\"" + MARK + "\"");
    Stream<String> values =
        Stream.of("null", "7", "true", "[]", "{}", "\"\"", "\" \\t \"", "[\"" + MARK + "\"]")
            .map(value -> good.replace(":\"" + MARK + "\",", ":" + value + ","));
    Stream<String> controls =
        IntStream.of(
                0, 1, 7, 8, 9, 10, 11, 12, 13, 0x1b, 0x1f, 0x7f, 0x85, 0x9b, 0x2028, 0x2029, 0xd800,
                0xdfff)
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
    KeysVerdict verdict = KeysJudge.judge(new StoredSecret.Present(new Secret(secret)));

    String reason = assertInstanceOf(KeysVerdict.Simulation.class, verdict).reason();
    Refusal.isReadable(reason);
    List.of(MARK, "leaked", MARK.substring(0, 6))
        .forEach(part -> assertFalse(reason.contains(part), reason));
  }
}
