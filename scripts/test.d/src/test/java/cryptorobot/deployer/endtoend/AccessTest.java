package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rights that only rare moments need, and what an instance may not read. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTest {
  /** As an instance looks where a migration is prepared and the engine has no containers left. */
  private static final String EMPTY_ENGINE =
      """
      printf '#!/bin/sh\\n' >/usr/local/bin/docker
      chmod +x /usr/local/bin/docker
      mkdir --parents /opt/crypto-robot/.deployer/migration
      printf '{"containers": [], "health": [], "units": []}' >/opt/crypto-robot/.deployer/migration/inventory.json
      """;

  private TestEnvironment trial;

  @BeforeAll
  void anInstance(@TempDir Path folder) {
    trial = new TestEnvironment("access.local", Robot.in(folder.resolve("robot")));
    trial.local("up").exits(0);
  }

  @Test
  void aPrivateRepositoryIsReadWithTheEnvironmentsOwnSecret() {
    trial.store("repository", "{\"token\": \"a-token-of-its-own\"}");
    String url =
        LocalAws.control(
                "PUT",
                "repositories/private",
                "{\"path\": \"%s\", \"token\": \"a-token-of-its-own\"}"
                    .formatted(trial.robot().path()))
            .path("url")
            .asText();

    trial.local("deploy", "--repository", url, "--set", "bake_seconds=4").exits(0);

    trial.serves(trial.robot().head());
  }

  @Test
  void anAbortedDeployIsReportedByReadingBack() {
    trial.store("repository", "{\"token\": \"none-is-needed\"}");
    var deploy =
        LocalCommand.start(
            trial.deployArguments("--set", "bake_seconds=300", "--set", "port=5001"));
    JsonNode status = trial.status();
    for (int i = 0; !status.has("locked_by") && i < 120 && !deploy.isDone(); i++) {
      status = trial.status();
    }
    assertTrue(status.has("locked_by"), "the deploy is not under way: " + status);

    trial.local("follow", "--stop").exits(1);

    assertTrue(deploy.join().exit() != 0, "a stopped deploy is no success");
  }

  @Test
  void anInstanceIsRefusedWhatIsNotItsOwn() {
    String said =
        trial.inside(
            "sh",
            "-c",
            "aws --region eu-west-1 --endpoint-url http://169.254.169.254:%s secretsmanager"
                    .formatted(LocalAws.port())
                + " get-secret-value --secret-id crypto-robot/another.local/keys 2>&1 || true");
    assertTrue(said.contains("AccessDeniedException"), said);
    assertTrue(said.contains("assumed-role/crypto-robot-instance/i-"), said);
  }

  @Tag("slow")
  @Test
  void aMigrationThatIsStoppedStopsItsDeploy() {
    trial.local("migrate", "status").exits(0).says("phase     none");
    trial.local("migrate", "prepare").exits(1).says("no docker command");
    trial.local("migrate", "cleanup").exits(1).says("no migration is under way");
    trial.local("migrate", "undo").exits(1).says("no migration is under way");
    trial.inside("sh", "-c", EMPTY_ENGINE);
    var parallel =
        LocalCommand.start(
            "migrate",
            "parallel",
            "--environment",
            trial.environment(),
            "--set",
            "bake_seconds=300");
    String before = ExecutionHandle.newest().arn();
    Await.holds(
        "a deploy of the migration runs",
        Duration.ofMinutes(2),
        () -> !ExecutionHandle.newest().arn().equals(before));
    ExecutionHandle deploy = ExecutionHandle.newest();

    ExecutionHandle.newest("migrate").stop();

    assertEquals("ABORTED", deploy.awaitEnd().path("status").asText());
    assertEquals(1, parallel.join().exit(), "a stopped migration is no success");
  }
}
