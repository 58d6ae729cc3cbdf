package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.CertificateRefused;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.fakes.FakeHostCommands;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  private void decides(String protocol, String problem, String warning) {
    commands.prints(
        "{\"protocol\":\"%s\",\"problem\":\"%s\",\"warning\":\"%s\",\"not_after\":\"2027-01-01T00:00:00Z\"}"
            .formatted(protocol, problem, warning));
  }

  @Test
  void servesHttpsWithAGoodCertificate() {
    decides("https", "", "");
    assertEquals(
        "{\"protocol\":\"https\",\"valid\":true,\"problem\":\"\",\"warning\":\"\","
            + "\"not_after\":\"2027-01-01T00:00:00Z\",\"certificate_version\":\"v1\"}",
        validate("https", "v1").toString());
  }

  @Test
  void includesTheWarningOfTheHost() {
    decides("https", "", "the certificate expires at 2027-01-01T00:00:00Z");
    JsonNode result = validate("https", "v1");
    assertEquals("https", result.get("protocol").asText());
    assertEquals("the certificate expires at 2027-01-01T00:00:00Z", result.get("warning").asText());
  }

  @Test
  void fallsBackToHttpWithTheReasonIfTheRequestPermitsIt() {
    decides("http", "it is not for crypto-robot.local but for other.local", "");
    JsonNode result = validate("https-or-http", "v1");
    assertEquals("http", result.get("protocol").asText());
    assertEquals(
        "certificate for crypto-robot.local: it is not for crypto-robot.local but for other.local",
        result.get("problem").asText());
    assertEquals("2027-01-01T00:00:00Z", result.get("not_after").asText());
    assertEquals("v1", result.get("certificate_version").asText());
  }

  @Test
  void refusesABadCertificateIfHttpsIsRequired() {
    decides("http", "it expired at 2026-11-23T06:15:00Z", "");
    CertificateRefused refused =
        assertThrows(CertificateRefused.class, () -> validate("https", "v1"));
    assertTrue(refused.getMessage().endsWith("it expired at 2026-11-23T06:15:00Z"));
  }

  @Test
  void includesTheProblemOfASecretThatIsNotReadable() {
    commands.prints(
        """
        {"protocol":"http","problem":"the key is not PEM","warning":"","not_after":""}""");
    JsonNode result = validate("https-or-http", "v1");
    assertTrue(result.get("problem").asText().endsWith("the key is not PEM"), result::toString);
    assertEquals("", result.get("not_after").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'protocol':'https','problem':'','warning':''}",
        "{'protocol':'https','problem':'it expired','warning':'','not_after':''}",
        "{'protocol':'http','problem':'','warning':'','not_after':''}",
        "{'protocol':'','problem':'','warning':'','not_after':''}",
      })
  void servesNoHttpsWithoutACompleteDecision(String answer) {
    commands.prints(answer.replace('\'', '"'));
    assertThrows(InvalidRequest.class, () -> validate("https-or-http", "v1"));
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
