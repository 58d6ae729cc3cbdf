package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateVerdictTest {

  private static final Instant NOW = Instant.parse("2026-11-23T06:15:00Z");
  private static final Instant LATER = Instant.parse("2027-11-23T06:15:00Z");

  private static CertificateVerdict verdict(
      List<String> sans, Instant from, Instant to, boolean key, boolean chain) {
    return CertificateVerdict.of(
        new CertificateFacts(sans, from, to, key, "EC P-256", "", true, false, chain, true, NOW),
        "jack_robot.crypto-vision.com");
  }

  @Test
  void acceptsAValidCertificate() {
    assertEquals(
        new CertificateVerdict("", ""),
        verdict(List.of("jack_robot.crypto-vision.com"), NOW, LATER, true, true));
  }

  @Test
  void listsEveryReasonAgainstACertificate() {
    assertEquals(
        "it is not valid before 2026-11-23T06:15:01Z; it has no subject alternative names, and a"
            + " common name does not count; the private key does not belong to it; its chain is out"
            + " of order: each certificate must be signed by the next one",
        verdict(List.of(), NOW.plusSeconds(1), LATER, false, false).problem());
  }

  @Test
  void isExpiredAtTheEndOfItsValidity() {
    assertEquals(
        "it expired at 2026-11-23T06:15:00Z",
        verdict(List.of("jack_robot.crypto-vision.com"), Instant.EPOCH, NOW, true, true).problem());
  }

  @ParameterizedTest
  @CsvSource({
    "jack_robot.crypto-vision.com, jack_robot.crypto-vision.com",
    "DNS:jack_robot.crypto-vision.com, jack_robot.crypto-vision.com",
    "JACK_robot.Crypto-Vision.com, jack_robot.crypto-vision.COM",
    "*.crypto-vision.com, jack_robot.crypto-vision.com",
    "*.b.c.d, a.b.c.d",
    "IP Address:10.0.0.5, 10.0.0.5",
  })
  void covers(String name, String host) {
    assertTrue(CertificateNames.match(List.of("x.y", name), host));
  }

  @ParameterizedTest
  @CsvSource({
    "*.crypto-vision.com, crypto-vision.com",
    "*.crypto-vision.com, a.b.crypto-vision.com",
    "*.com, crypto-vision.com",
    "*, crypto-robot",
    "j*.crypto-vision.com, jack_robot.crypto-vision.com",
    "jack_robot.*.com, jack_robot.crypto-vision.com",
    "*.*.com, jack_robot.crypto-vision.com",
    "crypto-vision.com, jack_robot.crypto-vision.com",
    "jack_robot.crypto-vision.com.evil.org, jack_robot.crypto-vision.com",
    "*.crypto-vision.com, .crypto-vision.com",
    "*.0.0.5, 10.0.0.5",
  })
  void doesNotCover(String name, String host) {
    assertFalse(CertificateNames.match(List.of(name), host));
  }
}
