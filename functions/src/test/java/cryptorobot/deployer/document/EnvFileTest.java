package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code robothost/env_file.py}: which bytes of a release's .env are the deployer's. */
class EnvFileTest {
  @TempDir Path folder;

  private Script.Ended write(String base, String secret, String... words) throws IOException {
    Files.writeString(folder.resolve("base"), base);
    String[] all = new String[words.length + 2];
    all[0] = folder.resolve("base").toString();
    all[1] = folder.resolve(".env").toString();
    System.arraycopy(words, 0, all, 2, words.length);
    return Script.module("env_file", Map.of(), secret, all);
  }

  private String simulated(String base, String... certificate) throws IOException {
    String[] words = new String[certificate.length + 1];
    words[0] = "simulation";
    System.arraycopy(certificate, 0, words, 1, certificate.length);
    Script.Ended ended = write(base, "", words);
    assertEquals(0, ended.code(), ended.errors());
    return Files.readString(folder.resolve(".env"));
  }

  private String live(String base, String key, String secretKey) throws IOException {
    String secret =
        new ObjectMapper()
            .writeValueAsString(Map.of("BINANCE_API_KEY", key, "BINANCE_SECRET_KEY", secretKey));
    Script.Ended ended = write(base, secret, "live");
    assertEquals(0, ended.code(), ended.errors());
    return Files.readString(folder.resolve(".env"));
  }

  @Test
  void keepsEveryOtherByteOfTheBase() throws IOException {
    String base =
        "# naïve = comment\n\n  A = 'x # y' # z\nexport B=\"$A\\n\"\n\tC\nROBOT_MODE=old\nD=\n";

    assertEquals(base.replace("=old", "=simulation"), simulated(base));
  }

  @Test
  void replacesKeysWhereTheyStandAndAddsTheRestAtTheEnd() throws IOException {
    assertEquals(
        "BINANCE_SECRET_KEY=s\nX=1\nBINANCE_API_KEY=k\nROBOT_MODE=live\n",
        live("export BINANCE_SECRET_KEY = 'old' # note\nX=1\n", "k", "s"));
  }

  @Test
  void keepsOneOfAKeyThatStandsThereTwice() throws IOException {
    assertEquals("ROBOT_MODE=simulation\nX=1\n", simulated("ROBOT_MODE=a\nX=1\n'ROBOT_MODE'=b\n"));
  }

  @Test
  void takesBothKeysOutInSimulation() throws IOException {
    assertEquals(
        "X=1\nROBOT_MODE=simulation\n",
        simulated("BINANCE_API_KEY=\"a\nb\"\nX=1\nBINANCE_SECRET_KEY=c\n"));
  }

  @Test
  void leavesAlonesTextThatOnlyLooksLikeAKey() throws IOException {
    String base =
        "NOTE='\nBINANCE_API_KEY=in a text\n'\n# BINANCE_API_KEY=comment\nMY_BINANCE_API_KEY=1\n";

    assertEquals(base + "ROBOT_MODE=simulation\n", simulated(base));
  }

  @Test
  void speaksTheLineEndingsOfTheBaseAndEndsItsLastLine() throws IOException {
    assertEquals("A=1\r\nB=2\r\nROBOT_MODE=simulation\r\n", simulated("A=1\r\nB=2"));
    assertEquals("ROBOT_MODE=simulation\n", simulated(""));
  }

  @Test
  void writesCertificatePathsOverHttpsOnly() throws IOException {
    assertEquals(
        "SSL_CERT_PATH=/c/h/cert.pem\nROBOT_MODE=simulation\nSSL_KEY_PATH=/c/h/key.pem\n",
        simulated("SSL_CERT_PATH=./old\n", "/c/h/cert.pem", "/c/h/key.pem"));
    assertEquals("ROBOT_MODE=simulation\n", simulated("SSL_CERT_PATH=./old\nSSL_KEY_PATH=./old\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "plain+/Key=%09 | plain+/Key=%09",
        "a#b | 'a#b'",
        "a b | 'a b'",
        "say \"hi\" | 'say \"hi\"'",
        "$HOME`x` | '$HOME`x`'",
        "it's | \"it's\"",
        "it's $5 | 'it\\'s $5'",
        "back\\slash | 'back\\\\slash'",
        "schlüssel€ | 'schlüssel€'",
        "${HOME} | '${:-$}{HOME}'",
      })
  void quotesAValueSoThatPythonDotenvReadsItBack(String value, String written) throws IOException {
    assertTrue(
        live("", value, "s").startsWith("BINANCE_API_KEY=" + written + "\n"),
        () -> "written was " + fileText());
  }

  private String fileText() {
    try {
      return Files.readString(folder.resolve(".env"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void keepsBytesThatAreNoText() throws IOException {
    byte[] base = "A=\u00e9\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    Files.write(folder.resolve("base"), base);
    Script.module(
        "env_file",
        Map.of(),
        "",
        folder.resolve("base").toString(),
        folder.resolve(".env").toString(),
        "simulation");

    byte[] wanted = new byte[base.length + "ROBOT_MODE=simulation\n".length()];
    System.arraycopy(base, 0, wanted, 0, base.length);
    byte[] added = "ROBOT_MODE=simulation\n".getBytes(UTF_8);
    System.arraycopy(added, 0, wanted, base.length, added.length);
    assertArrayEquals(wanted, Files.readAllBytes(folder.resolve(".env")));
  }

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    simulated("A=1\n");

    assertEquals(
        PosixFilePermissions.fromString("rw-------"),
        Files.getPosixFilePermissions(folder.resolve(".env")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "not json SENTINEL",
        "[\"SENTINEL\"]",
        "{\"BINANCE_API_KEY\": \"SENTINEL\"}",
        "{\"BINANCE_API_KEY\": \"SENTINEL\", \"BINANCE_SECRET_KEY\": 7}",
      })
  void refusesASecretThatNobodyJudgedWithoutShowingItAndLeavesTheFile(String secret)
      throws IOException {
    simulated("A=1\n");

    Script.Ended ended = write("A=1\n", secret, "live");

    assertEquals(1, ended.code());
    assertFalse((ended.output() + ended.errors()).contains("SENTINEL"), ended.errors());
    assertEquals("A=1\nROBOT_MODE=simulation\n", Files.readString(folder.resolve(".env")));
  }
}
