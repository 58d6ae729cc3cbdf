package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.machines.CertificateFlaw;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One environment, from a broken first deploy on. Each test continues from the one before it. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployStoryTest {
  private static final String KEYS =
      """
      {"BINANCE_API_KEY": "story-api-1", "BINANCE_SECRET_KEY": "story-#secret='1\\" $"}
      """;

  private TestEnvironment environment;
  private String good;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    environment = new TestEnvironment("crypto-robot.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().head();
  }

  @Test
  @Order(1)
  @Tag("essential")
  void aBrokenFirstDeployLeavesNoPartOfARelease() {
    environment.robot().crashesAtStart();
    environment.deploy().exits(1).prints("DeploymentFailed").prints("ZeroDivisionError");
    var status = environment.status();
    assertEquals("", status.path("release").asText(), status::toString);
    assertEquals("", environment.inside("sh", "-c", "readlink /opt/crypto-robot/current || true"));
    assertEquals(
        "inactive inactive",
        environment
            .inside("sh", "-c", "systemctl is-active crypto-robot crypto-webapp || true")
            .replace('\n', ' '));
  }

  @Test
  @Order(2)
  @Tag("essential")
  void aGoodDeployAfterItServesOverHttpsInSimulation() {
    good = environment.robot().revertsTo(good);
    environment.deploy().exits(0).prints("simulation").prints("https://");
    var status = environment.serves(good);
    assertEquals("https", status.path("protocol").asText(), status::toString);
    assertEquals("simulation", status.path("mode").asText(), status::toString);
    assertEquals("active", status.at("/units/crypto-robot").asText(), status::toString);
    assertEquals("active", status.at("/units/crypto-webapp").asText(), status::toString);
  }

  @Test
  @Order(3)
  @Tag("essential")
  void theSameRequestAgainIsNothingToDoAndRestartsNothing() {
    String before = environment.processes();
    environment.deploy().exits(0).prints("Nothing to do");
    assertEquals(before, environment.processes(), "the main processes before and after");
  }

  @Test
  @Order(4)
  void newKeysAreAChangeAndTheRobotTradesLive() {
    String before = environment.processes();
    environment.store("keys", KEYS).doesNotPrint("story-api-1");
    environment
        .deploy()
        .exits(0)
        .prints("live")
        .doesNotPrint("story-api-1")
        .doesNotPrint("#secret");
    assertEquals("live", environment.serves(good).path("mode").asText());
    assertNotEquals(before, environment.processes(), "the main processes before and after");
    assertEquals(
        "600 ec2-user",
        environment.inside(
            "stat", "--dereference", "--format=%a %U", "/opt/crypto-robot/current/.env"));
    assertEquals(
        "story-#secret='1\" $",
        environment.inside(
            "/opt/crypto-robot/venv/bin/python",
            "-c",
            "from dotenv import dotenv_values as read;"
                + "print(read('/opt/crypto-robot/current/.env')['BINANCE_SECRET_KEY'])"));
    environment.deploy().exits(0).prints("Nothing to do");
  }

  @Test
  @Order(5)
  void aNewCertificateIsAChange() {
    String served = "openssl x509 -noout -serial -in /opt/crypto-robot/certificates/%s/cert.pem";
    String serial = served.formatted(environment.name());
    String before = environment.inside("sh", "-c", serial);
    environment.store("certificate", environment.certificate(CertificateFlaw.NONE));
    environment.deploy().exits(0).doesNotPrint("PRIVATE KEY");
    environment.serves(good);
    assertNotEquals(
        before, environment.inside("sh", "-c", serial), "the certificate that is served");
  }

  @Test
  @Order(5)
  void aRenewedCertificateIsPutIntoServiceWhileTheRobotKeepsRunning() {
    String robot = environment.processes().lines().findFirst().orElseThrow();
    environment.store("certificate", environment.certificate(CertificateFlaw.NONE));
    environment.local("rotate-certificate").exits(0).doesNotPrint("PRIVATE KEY");
    environment.serves(good);
    assertEquals(robot, environment.processes().lines().findFirst().orElseThrow(), "the robot");
    environment.local("check-certificates").exits(0).prints("ends in 36");
    environment.local("drift").exits(0).prints("what runs is what was deployed");
  }

  @Test
  @Order(6)
  @Tag("essential")
  void aCodeChangeServesTheNewCommitAndTheCounterContinues() {
    long before = environment.counter();
    String newer = environment.robot().improves();
    environment.deploy().exits(0);
    environment.serves(newer);
    assertTrue(environment.counter() >= before, "the counter survives a deploy");
  }

  @Test
  @Order(7)
  void aPlanReportsWhatWouldChangeAndChangesNothing() {
    String serving = environment.status().path("revision").asText();
    String before = environment.processes();
    environment.robot().improves();
    environment.deploy("--plan").exits(0).prints("commit");
    environment.serves(serving);
    assertEquals(before, environment.processes(), "the main processes before and after");
  }

  @Test
  @Order(8)
  void rollbackReturnsToTheEarlierGoodReleaseAndToANamedOne() {
    var newer = environment.status();
    environment.local("rollback").exits(0);
    String older = environment.status().path("release").asText();
    assertNotEquals(newer.path("release").asText(), older, "what serves after the rollback");
    environment.serves(environment.status().path("revision").asText());
    environment
        .local("rollback", "--list")
        .exits(0)
        .prints(newer.path("release").asText())
        .prints("* " + older);

    String named = newer.path("release").asText();
    environment.local("rollback", "--to", named).exits(0);
    environment.serves(newer.path("revision").asText());
    environment.local("rollback", "--to", named).exits(0).prints("Nothing to do");
    environment
        .local("rollback", "--to", "20200101T000000Z-0000000")
        .exits(1)
        .prints("ReleaseNotFound");
    environment.serves(newer.path("revision").asText());
  }

  @Test
  @Order(9)
  void aStoppedInstanceIsStartedWaitedForAndDeployedTo() {
    environment.local("power", "stop").exits(0);
    assertEquals("stopped", environment.status().path("state").asText());
    String commit = environment.robot().improves();
    environment.deploy().exits(0);
    environment.serves(commit);
    environment.local("power", "stop").exits(0).prints("robot     stopped in");
    environment.local("power", "start").exits(0).prints("health    healthy");
    environment.serves(commit);
  }

  @Test
  @Order(10)
  void aCrashSendsOneNoticeAndHasACrashReport() {
    environment.inside("systemctl", "kill", "--signal=SEGV", "crypto-robot");
    Await.holds(
        "the robot runs again",
        Duration.ofSeconds(60),
        () -> environment.status().path("health").asText().equals("healthy"));
    environment.local("check-health").exits(0).prints("NotifyChange");
    environment.local("check-health").exits(0).doesNotPrint("NotifyChange");
    environment
        .local("crash-report")
        .exits(0)
        .prints("was killed by signal SEGV")
        .doesNotPrint("story-api-1");
    environment.local("logs", "crypto-robot", "--since", "5m").exits(0).prints("tick ");
  }

  @Test
  @Order(11)
  void anEnvironmentThatCannotBeReadSendsOneNotice() {
    environment.inside("mv", "-T", "/usr/bin/python3", "/usr/bin/python3.away");
    try {
      for (int i = 0; i < 2; i++) {
        environment.local("check-health").exits(1).prints("WatchFailed").prints("HostUnfit");
      }
    } finally {
      environment.inside("mv", "-T", "/usr/bin/python3.away", "/usr/bin/python3");
    }
    Await.holds(
        "a notice is sent",
        Duration.ofSeconds(30),
        () -> LocalAws.logs(environment.name()).toString().contains("check-health WatchFailed"));
    String output = LocalAws.logs(environment.name()).toString();
    assertEquals(2, output.split("check-health WatchFailed", -1).length, output);
  }
}
