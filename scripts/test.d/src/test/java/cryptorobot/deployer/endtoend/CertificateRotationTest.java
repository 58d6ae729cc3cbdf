package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import cryptorobot.localcloud.machines.CertificateFlaw;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A certificate is renewed while the robot trades. Each test continues from the one before it. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CertificateRotationTest {
  /** What a browser receives. */
  private static final String SERVED =
      "openssl s_client -connect 127.0.0.1:5000 </dev/null 2>/dev/null"
          + " | openssl x509 -noout -serial";

  private static final String VERSION =
      "aws --region eu-west-1 --endpoint-url http://169.254.169.254:%s secretsmanager"
          + " get-secret-value --secret-id crypto-robot/rotation.local/%s"
          + " --query VersionId --output text";

  private TestEnvironment environment;
  private String good;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    environment = new TestEnvironment("rotation.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().wantsOneCertificateOnly();
    environment.deploy().exits(0);
  }

  @Test
  @Order(1)
  void theRenewedCertificateIsServedAndTheRobotKeepsItsProcess() {
    String robot = process("crypto-robot");
    String web = process("crypto-webapp");
    String before = environment.inside("sh", "-c", SERVED);
    environment.store("certificate", environment.certificate(CertificateFlaw.NONE));
    environment
        .local("rotate-certificate")
        .exits(0)
        .prints("InjectCertificate")
        .doesNotPrint("PRIVATE KEY");
    assertEquals(robot, process("crypto-robot"), "the robot's process before and after");
    assertNotEquals(web, process("crypto-webapp"), "the web application's process");
    assertNotEquals(
        before, environment.inside("sh", "-c", SERVED), "the certificate that is served");
    environment.serves(good);
    environment.local("drift").exits(0).prints("what runs is what was deployed");
  }

  @Test
  @Order(2)
  void theReleaseRecordsTheVersionsOfItsSecrets() {
    environment.store("keys", "{\"BINANCE_API_KEY\": \"a\", \"BINANCE_SECRET_KEY\": \"b\"}");
    environment.local("rotate-keys").exits(0).prints("live");
    var release =
        TestEnvironment.parse(environment.inside("cat", "/opt/crypto-robot/current/release.json"));
    for (String kind : List.of("keys", "certificate")) {
      assertEquals(
          environment.inside("bash", "-c", VERSION.formatted(System.getenv("LOCAL_PORT"), kind)),
          release.path(kind + "_version").asText(),
          release::toString);
    }
  }

  @Test
  @Order(3)
  void theSameRequestAgainIsNothingToDo() {
    String before = environment.processes();
    environment.local("rotate-certificate").exits(0).prints("Nothing to do");
    assertEquals(before, environment.processes(), "the main processes before and after");
    environment.deploy().exits(0).prints("Nothing to do");
  }

  @Test
  @Order(4)
  void aFlawedCertificateIsRefusedAndTheOldOneIsServed() {
    String before = environment.processes();
    environment.store("certificate", environment.certificate(CertificateFlaw.EXPIRED));
    environment.local("rotate-certificate").exits(1).prints("CertificateRefused").prints("expired");
    assertEquals(before, environment.processes(), "the main processes before and after");
    environment.serves(good);
  }

  @Test
  @Order(5)
  void aCertificateThatTheWebApplicationCannotServeIsUndoneAndTheRobotNeverStops() {
    environment.store("certificate", environment.certificate(CertificateFlaw.NONE));
    environment.local("rotate-certificate").exits(0);
    String robot = process("crypto-robot");
    String before = environment.inside("sh", "-c", SERVED);
    environment.inside(
        "sh",
        "-c",
        "sha256sum </opt/crypto-robot/certificates/rotation.local/cert.pem"
            + " | cut -d ' ' -f 1 >/opt/crypto-robot/shared/data/only;"
            + " chmod 644 /opt/crypto-robot/shared/data/only");
    environment.store("certificate", environment.certificate(CertificateFlaw.NONE));
    environment
        .local("rotate-certificate")
        .exits(1)
        .prints("RolledBack")
        .prints("not this certificate");
    assertEquals(robot, process("crypto-robot"), "the robot's process before and after");
    assertEquals(before, environment.inside("sh", "-c", SERVED), "the certificate that is served");
    environment.serves(good);
    environment.inside("rm", "/opt/crypto-robot/shared/data/only");
    environment.local("drift").exits(0).prints("what runs is what was deployed");
  }

  @Test
  @Order(6)
  void theDaysLeftAreReported() {
    environment.local("check-certificates").exits(0).prints("ends in 36").prints("rotation.local");
  }

  private String process(String unit) {
    return environment.inside("systemctl", "show", "--property=MainPID", "--value", unit);
  }
}
