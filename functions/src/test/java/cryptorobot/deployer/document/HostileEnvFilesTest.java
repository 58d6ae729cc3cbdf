package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code robothost/env_file.py} on .env files and secrets nobody should have written. */
class HostileEnvFilesTest {
  private static final String MARK = "visible-if-leaked";
  private static final List<String> OWNED =
      List.of(
          "BINANCE_API_KEY", "BINANCE_SECRET_KEY", "ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH");

  @TempDir Path folder;

  private Script.Ended write(byte[] base, String mode, String secret) throws IOException {
    return Script.module(
        "env_file",
        Map.of("LC_ALL", "C.UTF-8"),
        secret,
        Files.write(folder.resolve("base"), base).toString(),
        folder.resolve(".env").toString(),
        mode);
  }

  /** The file as python-dotenv takes it apart when no value spans lines. */
  private static List<String> names(String text) {
    return text.lines()
        .map(line -> line.replaceFirst("^[\\s\u00a0\u0085]*(export\\s+)?", ""))
        .map(line -> line.replaceFirst("[\\s\u00a0]*(=.*)?$", "").replaceAll("^'|'$", ""))
        .filter(OWNED::contains)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\u00a0BINANCE_API_KEY=old",
        "BINANCE_API_KEY\u00a0=old",
        "\u2003BINANCE_SECRET_KEY = old",
        "export\u00a0BINANCE_API_KEY=old",
        "BINANCE_API_KEY",
        "BINANCE_API_KEY # no value",
        "'BINANCE_API_KEY'=old",
        "export 'SSL_KEY_PATH'=/etc/shadow",
        "SSL_CERT_PATH=$(touch /tmp/crypto-robot-canary)",
        "SSL_KEY_PATH=\"`touch /tmp/crypto-robot-canary`\"",
      })
  @Hostile("disguises of a key in .env")
  void takesOutAKeyInEveryDisguise(String line) throws IOException {
    Script.Ended ended = write((line + "\nX=1\n").getBytes(UTF_8), "simulation", "");

    assertEquals(0, ended.code(), ended.errors());
    assertEquals("X=1\nROBOT_MODE=simulation\n", Files.readString(folder.resolve(".env")));
    Refusal.ranNothing();
  }

  static Stream<byte[]> bases() {
    Random random = HostileTexts.random("bases");
    List<byte[]> bases = new ArrayList<>();
    for (String text : HostileTexts.all("env")) {
      String line = "X" + random.nextInt(100) + "=" + text.replaceAll("['\"\ud800]", "q");
      bases.add((OWNED.get(random.nextInt(5)) + "=old\n" + line + "\r\n").getBytes(UTF_8));
    }
    byte[] noise = new byte[4096];
    random.nextBytes(noise);
    String noText = new String(noise, ISO_8859_1).replaceAll("['\"]", "q");
    bases.add(noText.getBytes(ISO_8859_1));
    bases.add("\ufeffA=1\n".getBytes(UTF_8));
    bases.add("\0\0\0".getBytes(UTF_8));
    bases.add(("A=" + "x".repeat(1_000_000)).getBytes(UTF_8));
    return bases.stream();
  }

  @ParameterizedTest
  @MethodSource("bases")
  @Hostile(".env files")
  void keepsWhatIsNotItsOwnByteForByte(byte[] base) throws IOException {
    Script.Ended ended = write(base, "simulation", "");

    assertEquals(0, ended.code(), ended.errors());
    String written = Files.readString(folder.resolve(".env"), ISO_8859_1);
    String own = "ROBOT_MODE=simulation";
    String rest = new String(base, ISO_8859_1).replaceFirst("^[A-Z_]+=old\n", "");
    assertTrue(written.contains(rest.strip()), "something else was changed");
    assertEquals(2, written.split(own, -1).length, "the mode stands there once");
    assertEquals(List.of("ROBOT_MODE"), names(written));
    Refusal.ranNothing();
  }

  @Test
  void refusesABaseWhoseOpenQuoteWouldSwallowTheKeys() throws IOException {
    String secret = secret(MARK + "#", MARK + "#");
    for (String open : List.of("X='open\n", "'\n", "export 'X\n", "A=1\nX='a\\'b\n")) {
      Script.Ended ended = write(open.getBytes(UTF_8), "live", secret);

      assertEquals(2, ended.code(), open);
      assertEquals(
          "the repository's .env opens a quote that nothing closes\n", ended.errors(), open);
      assertFalse(Files.exists(folder.resolve(".env")), "written all the same");
    }
  }

  @Test
  void takesNoLongerForABaseOfBlankLines() {
    byte[] base = ("\n".repeat(300_000) + "# end").getBytes(UTF_8);
    Assertions.assertTimeout(
        Duration.ofSeconds(60), () -> assertEquals(0, write(base, "simulation", "").code()));
  }

  private static String secret(String key, String secretKey) {
    return Json.object()
        .put("BINANCE_API_KEY", key)
        .put("BINANCE_SECRET_KEY", secretKey)
        .toString();
  }

  static Stream<String> keys() {
    return HostileTexts.all("keys").stream()
        .filter(key -> !key.isBlank() && key.indexOf(0) < 0)
        .filter(
            key -> key.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE));
  }

  @ParameterizedTest
  @MethodSource("keys")
  @Hostile("keys a shell could take for commands")
  void writesAnyKeyAsOneValue(String key) throws IOException {
    Script.Ended ended = write("A=1\n".getBytes(UTF_8), "live", secret(key, "s"));

    assertEquals(0, ended.code(), ended.errors());
    String written = Files.readString(folder.resolve(".env"));
    assertTrue(written.startsWith("A=1\nBINANCE_API_KEY="), written);
    assertTrue(written.endsWith("\nBINANCE_SECRET_KEY=s\nROBOT_MODE=live\n"), written);
    assertEquals("", ended.output() + ended.errors());
    Refusal.ranNothing();
  }
}
