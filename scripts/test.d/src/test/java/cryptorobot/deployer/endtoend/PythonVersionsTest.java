package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The interpreter a robot runs on; each test goes on from the last. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PythonVersionsTest {
  private static final String EXECUTABLE =
      "readlink -f /proc/$(systemctl show -p MainPID --value crypto-robot)/exe";

  private TestEnvironment trial;
  private String version;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    trial = new TestEnvironment("python.local", Robot.in(folder.resolve("robot")));
    trial.deploy().exits(0);
    version = trial.inside("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])");
  }

  @Test
  @Order(0)
  void theInstancesOwnIsTakenWhereNoneIsNamedAndIsTheSameByItsName() {
    assertEquals("/usr/bin/python" + version, trial.inside("sh", "-c", EXECUTABLE));
    trial.deploy().exits(0).says("Nothing to do");
    trial.deploy("--set", named()).exits(0).says("Nothing to do");
  }

  @Test
  @Order(1)
  void oneThatCannotBeInstalledIsRefusedWithWhatIsHere() {
    String before = trial.processes();
    trial
        .deploy("--set", "python_version=\"3.42\"")
        .exits(1)
        .says("PythonMissing")
        .says("Python 3.42 is not here and cannot be installed (apt-get cannot install python3.42")
        .says("here is " + version);
    assertEquals(before, trial.processes(), "the main processes before and after");
    trial.serves(trial.robot().head());
  }

  @Test
  @Order(2)
  void anotherInterpreterOfTheSameVersionBuildsTheEnvironmentAnew() {
    String before = environment();
    trial.inside("cp", "/usr/bin/python" + version, "/usr/local/bin/python" + version);
    trial.deploy("--plan", "--set", named()).exits(0).says("environment");
    trial.deploy("--set", named()).exits(0);
    trial.serves(trial.robot().head());
    assertNotEquals(before, environment(), "the environment that serves");
    assertEquals("/usr/local/bin/python" + version, trial.inside("sh", "-c", EXECUTABLE));
    trial.deploy("--set", named()).exits(0).says("Nothing to do");
  }

  @Test
  @Order(3)
  void oneThatIsGoneIsReplacedByTheOneThatIsThere() {
    trial.inside("rm", "/usr/local/bin/python" + version);
    trial.deploy("--set", named()).exits(0);
    trial.serves(trial.robot().head());
    assertTrue(trial.inside("sh", "-c", EXECUTABLE).startsWith("/usr/bin/python" + version));
  }

  private String named() {
    return "python_version=\"" + version + "\"";
  }

  private String environment() {
    return trial.inside("readlink", "-f", "/opt/crypto-robot/venv");
  }
}
