package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.LocalCommand.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A robot moves from containers to releases, with faults on the way. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MigrationTest {
  private static final Duration TO_TAKE_OVER = Duration.ofMinutes(3);
  private static final String MIGRATION = "/var/lib/crypto-robot-deployer/migration/";

  private TestEnvironment environment;
  private Instance instance;
  private Containers containers;

  @BeforeAll
  void aRobotTradesInContainers(@TempDir Path folder) {
    environment = new TestEnvironment("migration.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    environment.store(
        "keys", "{\"BINANCE_API_KEY\": \"an-api-key\", \"BINANCE_SECRET_KEY\": \"a-secret\"}");
    instance = Instance.of(environment);
    containers = Containers.start(instance, Path.of(environment.robot().path()));
  }

  private String[] phase(String name) {
    var arguments = new ArrayList<String>(List.of("migrate", name));
    arguments.addAll(List.of("--environment", environment.name()));
    arguments.addAll(
        List.of("--repository", environment.robot().path(), "--set", "bake_seconds=1"));
    return arguments.toArray(String[]::new);
  }

  private Result migrate(String name) {
    return LocalCommand.run(phase(name)).doesNotPrint(Containers.KEY);
  }

  @Test
  @Order(1)
  void prepareReportsTheContainersAndChangesNone() {
    String before = containers.identity();
    migrate("cutover").exits(1).prints("no migration is prepared");

    migrate("prepare")
        .exits(0)
        .prints("container robot of robot:latest, runs, restart unless-stopped, has ENV_CONTENT");
    migrate("prepare").exits(0);

    assertEquals(before, containers.identity(), "the containers");
    JsonNode inventory = TestEnvironment.parse(instance.sh("cat " + MIGRATION + "inventory.json"));
    JsonNode robot = inventory.path("containers").get(1);
    assertEquals("[5000]", robot.path("ports").toString(), robot::toString);
    assertEquals(
        "[\"BINANCE_API_KEY\",\"BINANCE_SECRET_KEY\",\"BINANCE_URL\",\"FROM_THE_CONTAINER\",\"ROBOT_MODE\",\"TICK_SECONDS\"]",
        robot.at("/environment/env_content/names").toString());
    assertEquals(
        "[\"/srv/robot/Dockerfile\",\"/srv/robot/docker-compose.yml\",\"/srv/robot/robot.env\"]",
        inventory.path("files").toString());
    assertFalse(inventory.toString().contains(Containers.KEY), "the inventory contains a value");
    migrate("cleanup").exits(1).prints("cut over first");
  }

  @Test
  @Order(2)
  void aSimulationRunsBesideTheContainersAndDoesNotTrade() {
    String before = containers.identity();
    containers.assertNeverTwoRobots(
        () -> {
          migrate("parallel").exits(0).prints("simulation, healthy").prints("answered 200");
          environment
              .deploy("--set", "port=5001")
              .exits(1)
              .prints("a second robot would have keys");
        });
    assertEquals(before, containers.identity(), "the containers");
    assertEquals("simulation", environment.status().path("mode").asText());
    assertEquals("5001", instance.sh("jq -r .port /opt/crypto-robot/current/release.json"));
    assertEquals(
        "yes", instance.sh("sed -n 's/^FROM_THE_CONTAINER=//p' /opt/crypto-robot/current/.env"));
    migrate("undo").exits(0);
    containers.serve();
  }

  @Test
  @Order(3)
  void anUnhealthyReleaseIsReplacedByTheContainers() {
    String good = environment.robot().head();
    environment.robot().crashesAtStart();
    containers.assertNeverTwoRobots(
        () ->
            migrate("cutover")
                .exits(1)
                .prints("CutoverUndone")
                .prints("the containers serve and are healthy"));
    environment.robot().revertsTo(good);
    containers.serve();
  }

  @Test
  @Order(4)
  void whenTheControllerDiesTheInstanceRestoresTheContainers() {
    CompletableFuture<Result> cutover = untilTheContainersAreHeld();
    ExecutionHandle.newest("migrate").stop();
    cutover.join().exits(1);

    // Its timer does the same at the deadline, twenty minutes later.
    instance.sh("systemctl start crypto-robot-dead-man.service");

    containers.serve();
  }

  @Test
  @Order(5)
  void aTakeoverKilledHalfWaySucceedsWhenItIsRequestedAgain() {
    CompletableFuture<Result> cutover = untilTheContainersAreHeld();
    instance.sh("systemctl kill --signal=KILL crypto-robot-step-activate-release.service || true");
    cutover.join();

    containers.assertNeverTwoRobots(() -> migrate("cutover").exits(0));

    environment.serves(environment.robot().head());
    migrate("undo").exits(0);
    containers.serve();
  }

  @Test
  @Order(6)
  void afterAPowerCutTheInstanceRestoresTheContainers() {
    CompletableFuture<Result> cutover = untilTheContainersAreHeld();
    instance.cutPower();
    ExecutionHandle.newest("migrate").stop();
    cutover.join();

    // The engine of this test does not start at boot. Until it answers, a start cannot restore the
    // containers.
    environment.local("power", "start").exits(1).prints("the containers are not back");
    containers.startEngine();

    containers.serve();
  }

  @Test
  @Order(7)
  void theReleaseTradesInPlaceOfTheContainersWithTheirDataAndSettings() {
    long counted = Long.parseLong(instance.sh("docker exec robot cat data/counter"));
    containers.assertNeverTwoRobots(
        () -> migrate("cutover").exits(0).prints("Cut over").prints("live, healthy"));

    JsonNode status = environment.serves(environment.robot().head());
    assertEquals("live", status.path("mode").asText());
    assertTrue(
        environment.counter() >= counted, "counted from " + counted + ": " + environment.counter());
    assertEquals(
        List.of("false no", "false no"), containers.states(), "the states of the containers");
    assertEquals(
        "yes an-api-key",
        instance.sh(
            "sed -n 's/^FROM_THE_CONTAINER=//p;s/^BINANCE_API_KEY=//p' /opt/crypto-robot/current/.env | xargs"));
    String processes = environment.processes();
    migrate("cutover").exits(0);
    assertEquals(processes, environment.processes(), "requested again, it restarts nothing");
  }

  @Test
  @Order(8)
  void theMigrationCanBeUndoneUntilCleanup() {
    containers.assertNeverTwoRobots(() -> migrate("undo").exits(0).prints("robot runs again"));
    containers.serve();
    migrate("undo").exits(0);
  }

  @Test
  @Order(9)
  void cleanupArchivesTheirFilesAndRemovesThem() {
    migrate("cutover").exits(0);

    migrate("cleanup").exits(0).prints("/var/lib/crypto-robot-deployer/archive/containers.tar");

    environment.serves(environment.robot().head());
    assertEquals(
        "", instance.sh("docker ps --all --quiet; docker image ls --quiet"), "what is left");
    assertEquals("robot-data", instance.sh("docker volume ls --quiet"), "data is kept");
    assertEquals("logs", instance.sh("ls /srv/robot"), "what is left of the files");
    assertEquals(
        "600 root",
        instance.sh("stat --format '%a %U' /var/lib/crypto-robot-deployer/archive/containers.tar"));
    assertEquals(
        "services: {robot: {image: robot:latest, restart: unless-stopped, env_file: robot.env}}",
        instance.sh(
            "tar -xOf /var/lib/crypto-robot-deployer/archive/containers.tar srv/robot/docker-compose.yml"));
    migrate("cleanup").exits(0);
    migrate("undo").exits(1).prints("nothing to go back to");
    migrate("status").exits(0).prints("cleaned-up, healthy");
  }

  /** A running takeover, at the moment when the containers are, or have been, stopped. */
  private CompletableFuture<Result> untilTheContainersAreHeld() {
    CompletableFuture<Result> cutover = LocalCommand.start(phase("cutover"));
    Await.holds(
        "the containers are held",
        TO_TAKE_OVER,
        () -> instance.execute("test -e " + MIGRATION + "held.json").exit() == 0);
    return cutover;
  }
}
