package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** An instance is stopped and started. Each test continues from the one before it. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PowerTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  private TestEnvironment environment;
  private String good;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    environment = new TestEnvironment("power.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().endsWhileItIsFaulty();
    environment.deploy().exits(0);
  }

  @Test
  @Order(1)
  void aStopSignalsTheRobotAndReportsHowLongItTook() {
    long before = environment.counter();
    environment.local("power", "stop").exits(0).prints("robot     stopped in ");
    assertEquals("stopped", environment.status().path("state").asText());
    environment.local("power", "start").exits(0).prints("health    healthy");
    environment.serves(good);
    assertTrue(environment.counter() >= before, "the counter survives the stop");
    assertEquals(
        "enabled\nenabled",
        environment.inside("systemctl", "is-enabled", "crypto-robot", "crypto-webapp"));
    assertTrue(environment.status().path("locked_by").isNull(), "the lock is released");
  }

  @Test
  @Order(2)
  void aSecondStopFindsItStoppedAndAPlanDoesNotStartIt() {
    environment.local("power", "stop").exits(0);
    environment.local("power", "stop").exits(0).prints("Stopped");
    environment.deploy("--plan").exits(0);
    assertEquals("stopped", environment.status().path("state").asText());
  }

  @Test
  @Order(3)
  void aDeployToAStoppedInstanceStopsItAgain() {
    good = environment.robot().improves();
    environment.deploy("--set", "restore_power=true").exits(0).prints("Deployed");
    assertEquals("stopped", environment.status().path("state").asText());
  }

  @Test
  @Order(4)
  void aRolledBackDeployToAStoppedInstanceStopsItAgain() {
    environment.robot().crashesAtStart();
    environment.deploy("--set", "restore_power=true").exits(1).prints("RolledBack");
    assertEquals("stopped", environment.status().path("state").asText());
    environment.robot().revertsTo(good);
    environment.local("power", "start").exits(0);
    environment.serves(good);
  }

  @Test
  @Order(5)
  void aStartDuringAStopWaitsForItAndIsNotLost() {
    String before = ExecutionHandle.newestPower().arn();
    var stop = LocalCommand.start("power", "--environment", environment.name(), "stop");
    Await.holds("the stop begins", SOON, () -> !ExecutionHandle.newestPower().arn().equals(before));
    ExecutionHandle.newestPower().awaitEntered("StopServices");
    environment.local("power", "start").exits(0).prints("health    healthy");
    stop.join().exits(0);
    environment.serves(good);
  }

  @Test
  @Order(6)
  void aStopWaitsForARunningDeploy() {
    String newer = environment.robot().improves();
    var deploy = LocalCommand.start(environment.deployArguments());
    Await.holds("the deploy runs", SOON, () -> environment.status().hasNonNull("locked_by"));
    environment.local("power", "stop").exits(0).prints("WaitForLock");
    deploy.join().exits(0).prints("Deployed");
    assertEquals("stopped", environment.status().path("state").asText());
    environment.local("power", "start").exits(0);
    environment.serves(newer);
    good = newer;
  }

  @Test
  @Order(7)
  void aStartWaitsUntilThereIsRoomForIt() {
    environment.local("power", "stop").exits(0);
    room(false);
    String before = ExecutionHandle.newestPower().arn();
    var start = LocalCommand.start("power", "--environment", environment.name(), "start");
    Await.holds(
        "the start begins", SOON, () -> !ExecutionHandle.newestPower().arn().equals(before));
    Await.holds("EC2 has no room for it", SOON, PowerTest::capacityIsMissing);
    assertEquals("stopped", environment.status().path("state").asText());
    room(true);
    start.join().exits(0).prints("sufficient t3.micro capacity").prints("health    healthy");
    environment.serves(good);
  }

  @Test
  @Order(8)
  void aStartedServiceThatIsNotHealthyIsReported() {
    environment.inside("touch", "/opt/crypto-robot/shared/data/faulty");
    environment.local("power", "stop").exits(0);
    environment
        .local("power", "start")
        .exits(1)
        .prints("StartedUnhealthy")
        .prints("the robot is faulty");
    assertEquals("unhealthy", environment.status().path("health").asText());
    var notice = ExecutionHandle.newestPower().notice(environment.name());
    assertEquals("StartedUnhealthy", notice.path("outcome").asText(), notice::toString);
    environment.inside("rm", "/opt/crypto-robot/shared/data/faulty");
    environment.local("power", "start").exits(0).prints("health    healthy");
    environment.serves(good);
  }

  @Test
  @Order(9)
  void aRobotThatDoesNotEndIsKilledAndThatIsReported() {
    environment.robot().ignoresSigterm();
    environment.deploy().exits(0);
    environment
        .local("power", "stop")
        .exits(0)
        .prints("robot     had to be killed after 3")
        .prints(": crypto-robot");
    assertEquals("stopped", environment.status().path("state").asText());
  }

  private static boolean capacityIsMissing() {
    return ExecutionHandle.newestPower().history().stream()
        .map(event -> event.at("/taskFailedEventDetails/error").asText())
        .anyMatch(error -> error.endsWith("CapacityUnavailable"));
  }

  private void room(boolean room) {
    LocalAws.control("PUT", "capacity/" + environment.name(), "{\"room\": " + room + "}");
  }
}
