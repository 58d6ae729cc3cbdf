package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.endtoend.Instance.Served;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many deploys to an instance with a small disk: which releases are kept for a rollback, what is
 * removed when space is short, and when a deploy is refused for it. Each test continues from the
 * one before it.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DiskSpaceTest {
  private static final int DISK_MEGABYTES = 1700;

  private final List<String> good = new ArrayList<>();
  private TestEnvironment environment;
  private Instance instance;
  private ObjectNode request;

  @BeforeAll
  void threeGoodReleasesOnASmallDisk(@TempDir Path folder) {
    environment = new TestEnvironment("room.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    environment.local("power", "start").exits(0);
    instance = Instance.of(environment);
    instance.sh(
        """
        mkdir -p /opt/crypto-robot
        mount -t tmpfs -o size="$1"m,mode=755 none /opt/crypto-robot
        """,
        Integer.toString(DISK_MEGABYTES));
    environment.deploy("--set", "keep_releases=3").exits(0);
    good.add(instance.serves().release());
    request = (ObjectNode) TestEnvironment.parse(ExecutionHandle.newest().input());
    deploys();
    deploys();
  }

  /** A good deploy. Returns the result of the step prepare. */
  private JsonNode deploys() {
    environment.robot().improves();
    ExecutionHandle run = ExecutionHandle.start(request.toString());
    JsonNode output = run.succeeds();
    assertEquals("deployed", output.path("outcome").asText(), output::toString);
    good.add(output.path("release").asText());
    // The step runs beside another branch, so its result is not the first one after the state was
    // entered.
    for (JsonNode event : run.history()) {
      String result = event.at("/taskSucceededEventDetails/output").asText();
      if (result.contains("free_megabytes")) {
        return TestEnvironment.parse(result).path("Payload");
      }
    }
    throw new AssertionError("no result of prepare in " + run);
  }

  private String newest(int back) {
    return good.get(good.size() - 1 - back);
  }

  private List<String> releases() {
    return instance.sh("ls /opt/crypto-robot/releases").lines().toList();
  }

  private void fills(String file, int megabytes) {
    instance.sh(
        "mkdir -p \"${1%/*}\" && fallocate -l \"$2\"M \"$1\"",
        "/opt/crypto-robot/" + file, Integer.toString(megabytes));
  }

  @Order(1)
  @Test
  void failedDeploysRemoveNoneOfThem() {
    Served before = instance.serves();
    String commit = environment.robot().head();
    for (int failure = 0; failure < 2; failure++) {
      environment.robot().crashesAtStart();
      ExecutionHandle.start(request.toString()).failsAs("RolledBack");
      environment.robot().revertsTo(commit);
      environment.robot().requiresAnUnknownPackage();
      ExecutionHandle.start(request.toString()).failsAs("DeploymentFailed");
      environment.robot().revertsTo(commit);
    }

    assertTrue(releases().containsAll(good), () -> "kept: " + releases());
    assertEquals(before.release(), instance.serves().release(), "what serves");
  }

  @Order(2)
  @Test
  void unusedFilesAreRemovedFirst() {
    fills("venvs/left-by-a-failure/x", 400);
    fills("releases/" + newest(1) + "/large", 400);

    JsonNode prepared = deploys();

    assertTrue(prepared.path("free_megabytes").asInt() >= 1024, prepared::toString);
    assertEquals(
        "gone", instance.sh("[[ -e /opt/crypto-robot/venvs/left-by-a-failure ]] || echo gone"));
    assertEquals(good.subList(1, 4), releases(), "the last three");
    assertEquals("[]", prepared.path("freed").toString(), "good releases were removed for space");
  }

  @Order(3)
  @Test
  void thenGoodReleasesBeyondTwoAreRemoved() {
    // The oldest of the three kept is the large one.
    fills("shared/data/grows", 350);

    JsonNode prepared = deploys();

    assertEquals(
        "[\"" + good.get(1) + "\"]", prepared.path("freed").toString(), prepared::toString);
    assertEquals(good.subList(2, 5), releases());
    String history =
        instance.sh("grep discarded /var/lib/crypto-robot-deployer/history.jsonl | tail -n 1");
    assertTrue(history.contains(good.get(1)) && history.contains("too little room"), history);
  }

  @Order(4)
  @Test
  void aDeployWithoutRoomIsRefusedWithNumbersAndTheServingReleaseServes() {
    fills("shared/data/grows-on", 700);
    Served before = instance.serves();
    environment.robot().improves();

    String cause = ExecutionHandle.start(request.toString()).failsAs("DeploymentFailed");

    assertTrue(
        cause.matches(
            "(?s)HostUnfit: .*has \\d+ MB left, a deployment needs 1024.*shared 10\\d\\d MB.*"),
        cause);
    assertEquals(before, instance.serves(), "what serves");
    assertEquals(List.of(newest(1), newest(0)), releases(), "what serves and the one before it");
  }

  @Order(5)
  @Test
  void aRollbackIsStillPossible() {
    instance.sh("rm /opt/crypto-robot/shared/data/grows*");

    environment.local("rollback").exits(0);

    assertEquals(newest(1), instance.serves().release());
  }
}
