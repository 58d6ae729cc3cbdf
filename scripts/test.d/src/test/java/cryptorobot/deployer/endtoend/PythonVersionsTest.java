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

/** The Python version of a robot. Each test continues from the one before it. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PythonVersionsTest {
  private static final String EXECUTABLE =
      "readlink -f /proc/$(systemctl show -p MainPID --value crypto-robot)/exe";

  private TestEnvironment environment;
  private String version;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    environment = new TestEnvironment("python.local", Robot.in(folder.resolve("robot")));
    environment.deploy().exits(0);
    version =
        environment.inside("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])");
  }

  @Test
  @Order(0)
  void theInstancesOwnVersionIsTheDefaultAndEqualsTheSameVersionByName() {
    assertEquals("/usr/bin/python" + version, environment.inside("sh", "-c", EXECUTABLE));
    environment.deploy().exits(0).prints("Nothing to do");
    environment.deploy("--set", named()).exits(0).prints("Nothing to do");
  }

  @Test
  @Order(1)
  void aVersionThatCannotBeInstalledIsRefusedWithTheAvailableVersions() {
    String before = environment.processes();
    environment
        .deploy("--set", "python_version=\"3.42\"")
        .exits(1)
        .prints("PythonMissing")
        .prints(
            "Python 3.42 is not here and cannot be installed (apt-get cannot install python3.42")
        .prints("here is " + version);
    assertEquals(before, environment.processes(), "the main processes before and after");
    environment.serves(environment.robot().head());
  }

  @Test
  @Order(2)
  void aDifferentInterpreterOfTheSameVersionRebuildsTheEnvironment() {
    String before = environment();
    environment.inside("cp", "/usr/bin/python" + version, "/usr/local/bin/python" + version);
    environment.deploy("--plan", "--set", named()).exits(0).prints("environment");
    environment.deploy("--set", named()).exits(0);
    environment.serves(environment.robot().head());
    assertNotEquals(before, environment(), "the environment that serves");
    assertEquals("/usr/local/bin/python" + version, environment.inside("sh", "-c", EXECUTABLE));
    environment.deploy("--set", named()).exits(0).prints("Nothing to do");
  }

  @Test
  @Order(3)
  void aMissingInterpreterIsReplacedByTheAvailableOne() {
    environment.inside("rm", "/usr/local/bin/python" + version);
    environment.deploy("--set", named()).exits(0);
    environment.serves(environment.robot().head());
    assertTrue(environment.inside("sh", "-c", EXECUTABLE).startsWith("/usr/bin/python" + version));
  }

  private String named() {
    return "python_version=\"" + version + "\"";
  }

  private String environment() {
    return environment.inside("readlink", "-f", "/opt/crypto-robot/venv");
  }
}
