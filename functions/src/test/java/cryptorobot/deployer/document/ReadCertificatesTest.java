package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the end of a certificate is told, and that it is told once. */
class ReadCertificatesTest {
  private static final String STEP =
      """
      set -Eeuo pipefail
      APP=$1 WORK=$1 PROTOCOL=$3
      current_release() { printf 20261125T220000Z-abc1234; }
      finished() { [[ -n $1 ]]; }
      read_serving() { serving_mode=live serving_protocol=$PROTOCOL serving_certificate_hostname=host; }
      told_about() { cat "$APP/told" 2>/dev/null || true; }
      json_string() { printf '"%s"' "$1"; }
      result() { printf '%s' "$1"; }
      PROGRAM=$2
      . "$2/lib/program.sh"
      . "$2/read-certificates.sh"
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "90, false, ''",
    "31, false, ''",
    "30, true,  certificate ends in 30 days",
    "15, true,  certificate ends in 15 days",
    "3,  true,  certificate ends in 3 days",
    "0,  true,  certificate ends in 0 days",
    "-2, true,  certificate expired",
  })
  void tellsItWhenOneOfTheDaysHasCome(int days, boolean news, String headline) throws IOException {
    issue(days);
    JsonNode said = reads();
    assertEquals(days, said.get("days_left").asInt(), said::toString);
    assertEquals(news, said.get("news").asBoolean(), said::toString);
    if (news) {
      assertEquals(headline, said.get("headline").asText());
      assertTrue(said.get("next").asText().contains("rotate-certificate"), said::toString);
    }
  }

  @Test
  void tellsEachDayOnceAndANewCertificateAgain() throws IOException {
    issue(20);
    assertTrue(tells(), "30 days have come");
    assertFalse(tells(), "told already");
    issue(20);
    assertTrue(tells(), "another certificate, as near to its end");
  }

  @Test
  void tellsTheNextMarkOfTheSameCertificate() throws IOException {
    issue(13);
    String told = reads().get("told").asText();
    assertTrue(told.endsWith(" 14"), told);
    Files.writeString(folder.resolve("told"), told.replace(" 14", " 30"));
    assertTrue(reads().get("news").asBoolean(), "30 was told, 14 was not");
    Files.writeString(folder.resolve("told"), told);
    assertFalse(reads().get("news").asBoolean(), "14 was told");
  }

  @Test
  void theFirstCertificateOfTheChainToExpireCounts() throws IOException {
    issue(2);
    Path file = folder.resolve("certificates/host/cert.pem");
    String issuer = Files.readString(file);
    issue(90);
    Files.writeString(file, Files.readString(file) + issuer);
    JsonNode said = reads();
    assertEquals(2, said.get("days_left").asInt(), said::toString);
    assertEquals("certificate ends in 2 days", said.get("headline").asText());
    String because = ", because its root certificate CN=host expires then";
    assertTrue(said.get("said").asText().endsWith(because), said::toString);
    assertTrue(said.get("told").asText().endsWith(" 3"), said::toString);
  }

  @Test
  void aCertificateThatWasToldByAnEarlierVersionIsNotToldAgain() throws IOException {
    issue(20);
    String told = reads().get("told").asText();
    Files.writeString(folder.resolve("told"), told.toUpperCase(Locale.ROOT));
    assertFalse(reads().get("news").asBoolean(), "told already");
  }

  @Test
  void hasNothingToSayWhereHttpIsServed() throws IOException {
    JsonNode said = reads("http");
    assertTrue(said.get("days_left").isNull(), said::toString);
    assertFalse(said.get("news").asBoolean(), said::toString);
  }

  @Test
  void tellsOnceThatACertificateCannotBeRead() throws IOException {
    assertTrue(tells(), "there is none");
    assertFalse(tells(), "told already");
  }

  private boolean tells() throws IOException {
    JsonNode said = reads();
    boolean news = said.get("news").asBoolean();
    if (news) {
      assertTrue(said.get("told").asText().matches("[A-Za-z0-9._: -]{1,200}"), said::toString);
      Files.writeString(folder.resolve("told"), said.get("told").asText());
    }
    return news;
  }

  private JsonNode reads() throws IOException {
    return reads("https");
  }

  private JsonNode reads(String protocol) throws IOException {
    List<String> command =
        List.of("bash", "-c", STEP, "bash", folder.toString(), Script.HOST.toString(), protocol);
    Script.Ended ended = Script.run(command, Map.of("LC_ALL", "C.UTF-8"), "");
    assertEquals(0, ended.code(), ended.errors());
    return new ObjectMapper().readTree(ended.output());
  }

  /** A certificate that ends in so many days and a few hours. */
  private void issue(int days) throws IOException {
    Path place = Files.createDirectories(folder.resolve("certificates/host"));
    String script =
        """
        cd "$1"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=host \
          -keyout key.pem -out self.pem 2>/dev/null
        openssl req -new -key key.pem -subj /CN=host -out request.pem
        mkdir -p ca && : >ca/index.txt && printf '%04x' $RANDOM >ca/serial
        printf '[ca]\\ndefault_ca=one\\n[one]\\ndatabase=ca/index.txt\\nnew_certs_dir=ca\\nserial=ca/serial\\ndefault_md=sha256\\npolicy=any\\n[any]\\ncommonName=supplied\\n' >ca.conf
        openssl ca -batch -config ca.conf -selfsign -keyfile key.pem -in request.pem -out cert.pem -notext \
          -startdate "$(date -u -d '-400 days' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$2 days 3 hours" +%Y%m%d%H%M%SZ)" 2>/dev/null
        """;
    Script.Ended made =
        Script.run(
            List.of("bash", "-ec", script, "bash", place.toString(), Integer.toString(days)),
            Map.of(),
            "");
    assertEquals(0, made.code(), made.errors());
  }
}
