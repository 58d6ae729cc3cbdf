package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

/** A stop that was requested from systemd is no crash, whatever exit status the robot ends with. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RequestedStopTest {
  private TestEnvironment environment;
  private Instance instance;

  @BeforeAll
  void aRobotThatEndsAStopWith130(@TempDir Path folder) {
    environment = new TestEnvironment("stopped.local", Robot.in(folder.resolve("robot")));
    environment.robot().endsAStopWith130();
    environment.local("up").exits(0);
    environment.deploy().exits(0);
    instance = Instance.of(environment);
  }

  private int crashes() {
    return environment.status().at("/crashes/count").asInt();
  }

  private String journal(String text) {
    return instance.sh(
        "journalctl --unit=crypto-robot --output=cat | grep --count --fixed-strings \"$1\" || true",
        text);
  }

  @Test
  @Order(1)
  void aRestartADeployAndAStopLeaveNoBundleAndNoNotice() {
    instance.sh("systemctl restart crypto-robot");
    environment.robot().improves();
    environment.deploy().exits(0);
    instance.sh("systemctl stop crypto-robot; systemctl start crypto-robot");
    assertEquals("3", journal("status=130"), "how often systemd saw the status");
    environment.local("check-health").exits(0).doesNotPrint("crash");
    assertEquals(0, crashes(), "bundles after requested stops");
  }

  @Test
  @Order(2)
  void aCrashBeforeAStopCounts() {
    // The stop is requested while the unit ends or waits for its restart.
    instance.sh(
        """
        kill -SEGV "$(systemctl show --property=MainPID --value crypto-robot)"
        sleep 0.1
        systemctl stop crypto-robot
        systemctl start crypto-robot
        """);
    Await.holds("the bundle is there", Duration.ofSeconds(20), () -> crashes() == 1);
    environment.local("crash-report").exits(0).prints("was killed by signal SEGV");
  }

  @Test
  @Order(3)
  void anUnrequestedCrashCounts() {
    instance.sh("kill -KILL \"$(systemctl show --property=MainPID --value crypto-robot)\"");
    Await.holds("the bundle is there", Duration.ofSeconds(20), () -> crashes() == 2);
  }
}
