package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.CertificateRefused;
import cryptorobot.deployer.fakes.FakeHostCommands;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidateCertificateTest {

  private final FakeHostCommands commands = new FakeHostCommands();

  private JsonNode validate(String protocol, String version) {
    return Steps.call(
        new ValidateCertificate(Steps.of(commands)),
        """
        {"phase": 5, "host": %s, "settings": {"CertificateSecret": "s", "CertificateVersion": "%s",
         "CertificateHostname": "crypto-robot.local", "Protocol": "%s"}}"""
            .formatted(Steps.HOST_JSON, version, protocol));
  }

  private void facts(String san, String notAfter) {
    commands.prints(
        """
        {"readable":true,"problem":"","subject_cn":"crypto-robot.local","sans":["%s"],\
        "not_before":"2026-01-01T00:00:00Z","not_after":"%s","key_matches":true,\
        "key_type":"RSA 2048","tls_refusal":"","for_servers":true,"authority":false,\
        "chain_in_order":true,"chain_complete":true,"fingerprint_sha256":"ab","now":"2026-11-23T06:15:00Z"}"""
            .formatted(san, notAfter));
  }

  @Test
  void servesHttpsWithAGoodCertificate() {
    facts("crypto-robot.local", "2027-01-01T00:00:00Z");
    assertEquals(
        "{\"protocol\":\"https\",\"valid\":true,\"problem\":\"\",\"warning\":\"\","
            + "\"not_after\":\"2027-01-01T00:00:00Z\",\"certificate_version\":\"v1\"}",
        validate("https", "v1").toString());
  }

  @Test
  void warnsOfACertificateThatExpiresSoon() {
    facts("crypto-robot.local", "2026-12-01T00:00:00Z");
    JsonNode result = validate("https", "v1");
    assertEquals("https", result.get("protocol").asText());
    assertEquals("the certificate expires at 2026-12-01T00:00:00Z", result.get("warning").asText());
  }

  @Test
  void fallsBackToHttpWithTheReasonIfTheRequestPermitsIt() {
    facts("other.local", "2027-01-01T00:00:00Z");
    JsonNode result = validate("https-or-http", "v1");
    assertEquals("http", result.get("protocol").asText());
    assertEquals(
        "certificate for crypto-robot.local: it is not for crypto-robot.local but for other.local",
        result.get("problem").asText());
    assertEquals("v1", result.get("certificate_version").asText());
  }

  @Test
  void refusesABadCertificateIfHttpsIsRequired() {
    facts("crypto-robot.local", "2026-11-23T06:15:00Z");
    CertificateRefused refused =
        assertThrows(CertificateRefused.class, () -> validate("https", "v1"));
    assertTrue(refused.getMessage().endsWith("it expired at 2026-11-23T06:15:00Z"));
  }

  @Test
  void includesTheProblemThatTheHostReports() {
    commands.prints("{\"readable\":false,\"problem\":\"the key is not PEM\",\"sans\":[]}");
    JsonNode result = validate("https-or-http", "v1");
    assertTrue(result.get("problem").asText().endsWith("the key is not PEM"), result::toString);
  }

  @Test
  void sendsNoCommandWithoutASecretOrForHttp() {
    assertEquals("http", validate("http", "v1").get("protocol").asText());
    assertEquals(
        "certificate for crypto-robot.local: there is no secret s",
        validate("https-or-http", "").get("problem").asText());
    assertEquals(List.of(), commands.sent());
  }
}
