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

/** A certificate is renewed while the robot trades on; each test goes on from the last. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CertificateRotationTest {
  /** What a browser gets to see. */
  private static final String SERVED =
      "openssl s_client -connect 127.0.0.1:5000 </dev/null 2>/dev/null"
          + " | openssl x509 -noout -serial";

  private static final String VERSION =
      "aws --region eu-west-1 --endpoint-url http://169.254.169.254:%s secretsmanager"
          + " get-secret-value --secret-id crypto-robot/rotation.local/%s"
          + " --query VersionId --output text";

  private TestEnvironment trial;
  private String good;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    trial = new TestEnvironment("rotation.local", Robot.in(folder.resolve("robot")));
    good = trial.robot().wantsOneCertificateOnly();
    trial.deploy().exits(0);
  }

  @Test
  @Order(1)
  void theRenewedOneIsServedAndTheRobotKeepsItsProcess() {
    String robot = process("crypto-robot");
    String web = process("crypto-webapp");
    String before = trial.inside("sh", "-c", SERVED);
    trial.store("certificate", trial.certificate(CertificateFlaw.NONE));
    trial.local("rotate-certificate").exits(0).says("InjectCertificate").neverSays("PRIVATE KEY");
    assertEquals(robot, process("crypto-robot"), "the robot's process before and after");
    assertNotEquals(web, process("crypto-webapp"), "the web application's process");
    assertNotEquals(before, trial.inside("sh", "-c", SERVED), "the certificate that is served");
    trial.serves(good);
    trial.local("drift").exits(0).says("what runs is what was deployed");
  }

  @Test
  @Order(2)
  void theReleaseNamesTheVersionsItWasGiven() {
    trial.store("keys", "{\"BINANCE_API_KEY\": \"a\", \"BINANCE_SECRET_KEY\": \"b\"}");
    trial.local("rotate-keys").exits(0).says("live");
    var release =
        TestEnvironment.parse(trial.inside("cat", "/opt/crypto-robot/current/release.json"));
    for (String kind : List.of("keys", "certificate")) {
      assertEquals(
          trial.inside("bash", "-c", VERSION.formatted(System.getenv("LOCAL_PORT"), kind)),
          release.path(kind + "_version").asText(),
          release::toString);
    }
  }

  @Test
  @Order(3)
  void theSameAgainIsNothingToDo() {
    String before = trial.processes();
    trial.local("rotate-certificate").exits(0).says("Nothing to do");
    assertEquals(before, trial.processes(), "the main processes before and after");
    trial.deploy().exits(0).says("Nothing to do");
  }

  @Test
  @Order(4)
  void aFlawedOneIsRefusedAndTheOldOneIsServed() {
    String before = trial.processes();
    trial.store("certificate", trial.certificate(CertificateFlaw.EXPIRED));
    trial.local("rotate-certificate").exits(1).says("CertificateRefused").says("expired");
    assertEquals(before, trial.processes(), "the main processes before and after");
    trial.serves(good);
  }

  @Test
  @Order(5)
  void oneTheWebApplicationCannotServeIsTakenBackAndTheRobotNeverStops() {
    trial.store("certificate", trial.certificate(CertificateFlaw.NONE));
    trial.local("rotate-certificate").exits(0);
    String robot = process("crypto-robot");
    String before = trial.inside("sh", "-c", SERVED);
    trial.inside(
        "sh",
        "-c",
        "sha256sum </opt/crypto-robot/certificates/rotation.local/cert.pem"
            + " | cut -d ' ' -f 1 >/opt/crypto-robot/shared/data/only;"
            + " chmod 644 /opt/crypto-robot/shared/data/only");
    trial.store("certificate", trial.certificate(CertificateFlaw.NONE));
    trial.local("rotate-certificate").exits(1).says("RolledBack").says("not this certificate");
    assertEquals(robot, process("crypto-robot"), "the robot's process before and after");
    assertEquals(before, trial.inside("sh", "-c", SERVED), "the certificate that is served");
    trial.serves(good);
    trial.inside("rm", "/opt/crypto-robot/shared/data/only");
    trial.local("drift").exits(0).says("what runs is what was deployed");
  }

  @Test
  @Order(6)
  void theDaysThatAreLeftAreRead() {
    trial.local("check-certificates").exits(0).says("ends in 36").says("rotation.local");
  }

  private String process(String unit) {
    return trial.inside("systemctl", "show", "--property=MainPID", "--value", unit);
  }
}
