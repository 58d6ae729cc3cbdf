package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.endtoend.Instance.Served;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can fail after a release is confirmed: the release serves and is good, and every report
 * agrees.
 */
@Tag("instance")
@Tag("slow")
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfirmationTest {
  private TestEnvironment environment;
  private Instance instance;
  private String request;

  @BeforeAll
  void aGoodRelease(@TempDir Path folder) {
    environment = new TestEnvironment("confirmation.local", Robot.in(folder.resolve("robot")));
    environment.deploy().exits(0);
    instance = Instance.of(environment);
    request =
        ((ObjectNode) TestEnvironment.parse(ExecutionHandle.newest().input()))
            .put("keep_releases", 2)
            .toString();
  }

  @Test
  void anOldReleaseThatCannotBeRemovedDoesNotFailADeploy() {
    Served old = instance.serves();
    environment.robot().improves();
    ExecutionHandle.start(request).succeeds();
    // A mounted file system makes the folder busy.
    String busy = "/opt/crypto-robot/releases/" + old.release() + "/busy";
    instance.sh("mkdir \"$1\" && mount -t tmpfs none \"$1\"", busy);

    String commit = environment.robot().improves();
    JsonNode output = ExecutionHandle.start(request).succeeds();
    assertEquals("deployed", output.path("outcome").asText(), output::toString);
    assertEquals(commit, instance.serves().revision(), "what serves");

    instance.sh("umount \"$1\"", busy);
    environment.robot().improves();
    ExecutionHandle.start(request).succeeds();
    assertEquals("gone", instance.sh("[[ -e $1 ]] || echo gone", busy), "the busy folder");
  }

  @Test
  void aConfirmationKilledAfterItsDecisionStaysDecided() {
    instance.serves();
    String commit = environment.robot().improves();
    // Without a process for each poll, because the step would end first.
    Process killer =
        instance.start(
            """
            unit=crypto-robot-step-confirm-release.service
            until pid=$(systemctl show --property=MainPID --value "$unit") && ((pid > 0)); do sleep 0.01; done
            while [[ -e /var/lib/crypto-robot-deployer/armed ]]; do :; done
            kill -KILL "$pid"
            """);
    try {
      JsonNode output = ExecutionHandle.start(request).succeeds();
      assertEquals(0, killer.onExit().join().exitValue(), "the confirmation was killed");
      assertEquals("deployed", output.path("outcome").asText(), output::toString);
      Served served = instance.serves();
      assertEquals(commit, served.revision(), "what serves");
      assertEquals(served.release(), output.path("release").asText(), output::toString);
      assertTrue(environment.serves(commit).path("locked_by").isNull(), "the lock is released");
    } finally {
      killer.destroy();
    }
  }
}
