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

/** The life of one environment, from a broken first deploy on; each test goes on from the last. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployStoryTest {
  private static final String KEYS =
      """
      {"BINANCE_API_KEY": "story-api-1", "BINANCE_SECRET_KEY": "story-#secret='1\\" $"}
      """;

  private TestEnvironment trial;
  private String good;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    trial = new TestEnvironment("crypto-robot.local", Robot.in(folder.resolve("robot")));
    good = trial.robot().head();
  }

  @Test
  @Order(1)
  @Tag("essential")
  void aBrokenVeryFirstDeployLeavesNothingHalfThere() {
    trial.robot().crashesAtStart();
    trial.deploy().exits(1).says("DeploymentFailed").says("ZeroDivisionError");
    var status = trial.status();
    assertEquals("", status.path("release").asText(), status::toString);
    assertEquals("", trial.inside("sh", "-c", "readlink /opt/crypto-robot/current || true"));
    assertEquals(
        "inactive inactive",
        trial
            .inside("sh", "-c", "systemctl is-active crypto-robot crypto-webapp || true")
            .replace('\n', ' '));
  }

  @Test
  @Order(2)
  @Tag("essential")
  void aGoodDeployAfterItServesOverHttpsInSimulation() {
    good = trial.robot().becomesAgain(good);
    trial.deploy().exits(0).says("simulation").says("https://");
    var status = trial.serves(good);
    assertEquals("https", status.path("protocol").asText(), status::toString);
    assertEquals("simulation", status.path("mode").asText(), status::toString);
    assertEquals("active", status.at("/units/crypto-robot").asText(), status::toString);
    assertEquals("active", status.at("/units/crypto-webapp").asText(), status::toString);
  }

  @Test
  @Order(3)
  @Tag("essential")
  void theSameAgainIsNothingToDoAndRestartsNothing() {
    String before = trial.processes();
    trial.deploy().exits(0).says("Nothing to do");
    assertEquals(before, trial.processes(), "the main processes before and after");
  }

  @Test
  @Order(4)
  void newKeysAreNotNothingAndTheRobotTradesLive() {
    String before = trial.processes();
    trial.store("keys", KEYS).neverSays("story-api-1");
    trial.deploy().exits(0).says("live").neverSays("story-api-1").neverSays("#secret");
    assertEquals("live", trial.serves(good).path("mode").asText());
    assertNotEquals(before, trial.processes(), "the main processes before and after");
    assertEquals(
        "600 ec2-user",
        trial.inside("stat", "--dereference", "--format=%a %U", "/opt/crypto-robot/current/.env"));
    assertEquals(
        "story-#secret='1\" $",
        trial.inside(
            "/opt/crypto-robot/venv/bin/python",
            "-c",
            "from dotenv import dotenv_values as read;"
                + "print(read('/opt/crypto-robot/current/.env')['BINANCE_SECRET_KEY'])"));
    trial.deploy().exits(0).says("Nothing to do");
  }

  @Test
  @Order(5)
  void aNewCertificateIsNotNothing() {
    String served = "openssl x509 -noout -serial -in /opt/crypto-robot/certificates/%s/cert.pem";
    String serial = served.formatted(trial.environment());
    String before = trial.inside("sh", "-c", serial);
    trial.store("certificate", trial.certificate(CertificateFlaw.NONE));
    trial.deploy().exits(0).neverSays("PRIVATE KEY");
    trial.serves(good);
    assertNotEquals(before, trial.inside("sh", "-c", serial), "the certificate that is served");
  }

  @Test
  @Order(5)
  void aRenewedCertificateIsTakenUpWhileTheRobotGoesOn() {
    String robot = trial.processes().lines().findFirst().orElseThrow();
    trial.store("certificate", trial.certificate(CertificateFlaw.NONE));
    trial.local("rotate-certificate").exits(0).neverSays("PRIVATE KEY");
    trial.serves(good);
    assertEquals(robot, trial.processes().lines().findFirst().orElseThrow(), "the robot");
    trial.local("check-certificates").exits(0).says("ends in 36");
    trial.local("drift").exits(0).says("what runs is what was deployed");
  }

  @Test
  @Order(6)
  @Tag("essential")
  void aCodeChangeServesTheNewCommitAndTheCounterGoesOn() {
    long before = trial.counter();
    String better = trial.robot().improves();
    trial.deploy().exits(0);
    trial.serves(better);
    assertTrue(trial.counter() >= before, "the counter outlives a deploy");
  }

  @Test
  @Order(7)
  void aPlanSaysWhatWouldChangeAndChangesNothing() {
    String serving = trial.status().path("revision").asText();
    String before = trial.processes();
    trial.robot().improves();
    trial.deploy("--plan").exits(0).says("commit");
    trial.serves(serving);
    assertEquals(before, trial.processes(), "the main processes before and after");
  }

  @Test
  @Order(8)
  void rollbackGoesToTheGoodReleaseBeforeAndToTheOneThatIsNamed() {
    var newer = trial.status();
    trial.local("rollback").exits(0);
    String older = trial.status().path("release").asText();
    assertNotEquals(newer.path("release").asText(), older, "what serves after the rollback");
    trial.serves(trial.status().path("revision").asText());
    trial
        .local("rollback", "--list")
        .exits(0)
        .says(newer.path("release").asText())
        .says("* " + older);

    String named = newer.path("release").asText();
    trial.local("rollback", "--to", named).exits(0);
    trial.serves(newer.path("revision").asText());
    trial.local("rollback", "--to", named).exits(0).says("Nothing to do");
    trial.local("rollback", "--to", "20200101T000000Z-0000000").exits(1).says("ReleaseNotFound");
    trial.serves(newer.path("revision").asText());
  }

  @Test
  @Order(9)
  void aStoppedInstanceIsStartedWaitedForAndDeployedTo() {
    trial.local("power", "stop").exits(0);
    assertEquals("stopped", trial.status().path("state").asText());
    String commit = trial.robot().improves();
    trial.deploy().exits(0);
    trial.serves(commit);
    trial.local("power", "stop").exits(0).says("robot     stopped in");
    trial.local("power", "start").exits(0).says("health    healthy");
    trial.serves(commit);
  }

  @Test
  @Order(10)
  void aCrashIsToldOnceAndCanBeLookedInto() {
    trial.inside("systemctl", "kill", "--signal=SEGV", "crypto-robot");
    Await.holds(
        "the robot runs again",
        Duration.ofSeconds(60),
        () -> trial.status().path("health").asText().equals("healthy"));
    trial.local("check-health").exits(0).says("NotifyChange");
    trial.local("check-health").exits(0).neverSays("NotifyChange");
    trial.local("crash-report").exits(0).says("was killed by signal SEGV").neverSays("story-api-1");
    trial.local("logs", "crypto-robot", "--since", "5m").exits(0).says("tick ");
  }

  @Test
  @Order(11)
  void anEnvironmentThatCannotBeLookedAtIsToldOnce() {
    for (int i = 0; i < 2; i++) {
      LocalCommand.run("check-health", "--environment", "nowhere.local")
          .exits(1)
          .says("WatchFailed")
          .says("InstanceNotFound");
    }
    Await.holds(
        "it is told",
        Duration.ofSeconds(30),
        () -> LocalAws.logs("nowhere.local").toString().contains("check-health WatchFailed"));
    String said = LocalAws.logs("nowhere.local").toString();
    assertEquals(2, said.split("check-health WatchFailed", -1).length, said);
  }
}
