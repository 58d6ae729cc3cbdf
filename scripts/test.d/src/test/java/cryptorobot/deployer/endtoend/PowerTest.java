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

/** An instance that sleeps and wakes; each test goes on from the last. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PowerTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  private TestEnvironment trial;
  private String good;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    trial = new TestEnvironment("power.local", Robot.in(folder.resolve("robot")));
    good = trial.robot().endsWhileItIsIll();
    trial.deploy().exits(0);
  }

  @Test
  @Order(1)
  void aStopTellsTheRobotToEndAndSaysHowLongItTook() {
    long before = trial.counter();
    trial.local("power", "stop").exits(0).says("robot     stopped in ");
    assertEquals("stopped", trial.status().path("state").asText());
    trial.local("power", "start").exits(0).says("health    healthy");
    trial.serves(good);
    assertTrue(trial.counter() >= before, "the counter outlives the night");
    assertEquals(
        "enabled\nenabled",
        trial.inside("systemctl", "is-enabled", "crypto-robot", "crypto-webapp"));
    assertTrue(trial.status().path("locked_by").isNull(), "the lock is given back");
  }

  @Test
  @Order(2)
  void aSecondStopFindsItStoppedAndAPlanLetsItSleep() {
    trial.local("power", "stop").exits(0);
    trial.local("power", "stop").exits(0).says("Stopped");
    trial.deploy("--plan").exits(0);
    assertEquals("stopped", trial.status().path("state").asText());
  }

  @Test
  @Order(3)
  void aDeployPutsTheSleeperBackToSleep() {
    good = trial.robot().improves();
    trial.deploy("--set", "restore_power=true").exits(0).says("Deployed");
    assertEquals("stopped", trial.status().path("state").asText());
  }

  @Test
  @Order(4)
  void soDoesADeployThatIsRolledBack() {
    trial.robot().crashesAtStart();
    trial.deploy("--set", "restore_power=true").exits(1).says("RolledBack");
    assertEquals("stopped", trial.status().path("state").asText());
    trial.robot().becomesAgain(good);
    trial.local("power", "start").exits(0);
    trial.serves(good);
  }

  @Test
  @Order(5)
  void aStartDuringAStopWaitsForItAndIsNotLost() {
    String before = ExecutionHandle.newestPower().arn();
    var stop = LocalCommand.start("power", "--environment", trial.environment(), "stop");
    Await.holds("the stop begins", SOON, () -> !ExecutionHandle.newestPower().arn().equals(before));
    ExecutionHandle.newestPower().awaitEntered("StopServices");
    trial.local("power", "start").exits(0).says("health    healthy");
    stop.join().exits(0);
    trial.serves(good);
  }

  @Test
  @Order(6)
  void aStopWaitsForTheDeployThatIsUnderWay() {
    String better = trial.robot().improves();
    var deploy = LocalCommand.start(trial.deployArguments());
    Await.holds("the deploy is under way", SOON, () -> trial.status().hasNonNull("locked_by"));
    trial.local("power", "stop").exits(0).says("WaitForLock");
    deploy.join().exits(0).says("Deployed");
    assertEquals("stopped", trial.status().path("state").asText());
    trial.local("power", "start").exits(0);
    trial.serves(better);
    good = better;
  }

  @Test
  @Order(7)
  void aStartWaitsUntilThereIsRoomForIt() {
    trial.local("power", "stop").exits(0);
    room(false);
    String before = ExecutionHandle.newestPower().arn();
    var start = LocalCommand.start("power", "--environment", trial.environment(), "start");
    Await.holds(
        "the start begins", SOON, () -> !ExecutionHandle.newestPower().arn().equals(before));
    Await.holds("EC2 has no room for it", SOON, PowerTest::capacityIsMissing);
    assertEquals("stopped", trial.status().path("state").asText());
    room(true);
    start.join().exits(0).says("sufficient t3.micro capacity").says("health    healthy");
    trial.serves(good);
  }

  @Test
  @Order(8)
  void whatIsStartedAndNotWellIsReported() {
    trial.inside("touch", "/opt/crypto-robot/shared/data/ill");
    trial.local("power", "stop").exits(0);
    trial.local("power", "start").exits(1).says("StartedUnhealthy").says("the robot is ill");
    assertEquals("unhealthy", trial.status().path("health").asText());
    var notice = ExecutionHandle.newestPower().notice(trial.environment());
    assertEquals("StartedUnhealthy", notice.path("outcome").asText(), notice::toString);
    trial.inside("rm", "/opt/crypto-robot/shared/data/ill");
    trial.local("power", "start").exits(0).says("health    healthy");
    trial.serves(good);
  }

  @Test
  @Order(9)
  void aRobotThatDoesNotEndIsKilledAndThatIsSaid() {
    trial.robot().ignoresBeingAskedToEnd();
    trial.deploy().exits(0);
    trial
        .local("power", "stop")
        .exits(0)
        .says("robot     had to be killed after 30.")
        .says(": crypto-robot");
    assertEquals("stopped", trial.status().path("state").asText());
  }

  private static boolean capacityIsMissing() {
    return ExecutionHandle.newestPower().history().stream()
        .map(event -> event.at("/taskFailedEventDetails/error").asText())
        .anyMatch(error -> error.endsWith("CapacityUnavailable"));
  }

  private void room(boolean room) {
    LocalAws.control("PUT", "capacity/" + trial.environment(), "{\"room\": " + room + "}");
  }
}
