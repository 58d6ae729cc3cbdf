package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several environments at once: each has its own instance, and none affects another. */
@Tag("instance")
class EnvironmentsTest {
  @TempDir private Path folder;

  @Test
  void everyEnvironmentServesItsOwnCommitWithItsOwnKeys() {
    var environments =
        List.of(
            new TestEnvironment("side-by-side.local", Robot.in(folder.resolve("first"))),
            new TestEnvironment("jack_robot.crypto-vision.com", Robot.in(folder.resolve("second"))),
            new TestEnvironment("its_robot.crypto-vision.com", Robot.in(folder.resolve("third"))));
    environments.get(1).robot().improves();
    environments.get(2).robot().improves();
    environments.get(2).robot().improves();
    LocalCommand.runWith(
            "{\"BINANCE_API_KEY\": \"jack-1\", \"BINANCE_SECRET_KEY\": \"jack-2\"}",
            "keys",
            "--environment",
            environments.get(1).name())
        .exits(0);

    environments.stream()
        .map(environment -> LocalCommand.start(environment.deployArguments()))
        .toList()
        .forEach(deploy -> deploy.join().exits(0));

    var statuses =
        environments.stream()
            .map(environment -> environment.serves(environment.robot().head()))
            .toList();
    assertEquals(
        List.of("simulation", "live", "simulation"),
        statuses.stream().map(status -> status.path("mode").asText()).toList());
    assertEquals(
        3, statuses.stream().map(status -> status.path("address").asText()).distinct().count());
    assertEquals(
        3, statuses.stream().map(status -> status.path("instance_id").asText()).distinct().count());

    String otherProcesses = environments.get(2).processes();
    environments.get(0).robot().crashesAtStart();
    environments.get(0).deploy().exits(1).prints("RolledBack");
    assertEquals(
        otherProcesses, environments.get(2).processes(), "another environment's main processes");
  }
}
