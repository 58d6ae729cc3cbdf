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

/** Rights that only rare situations need, and what an instance may not read. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTest {
  /** An instance where a migration is prepared and the engine has no containers left. */
  private static final String EMPTY_ENGINE =
      """
      printf '#!/bin/sh\\n' >/usr/local/bin/docker
      chmod +x /usr/local/bin/docker
      mkdir --parents /var/lib/crypto-robot-deployer/migration
      printf '{"containers": [], "health": [], "units": []}' >/var/lib/crypto-robot-deployer/migration/inventory.json
      """;

  private TestEnvironment environment;

  @BeforeAll
  void anInstance(@TempDir Path folder) {
    environment = new TestEnvironment("access.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
  }

  @Test
  void aPrivateRepositoryIsReadWithTheEnvironmentsOwnSecret() {
    environment.store("repository", "{\"token\": \"a-token-of-its-own\"}");
    String url =
        LocalAws.control(
                "PUT",
                "repositories/private",
                "{\"path\": \"%s\", \"token\": \"a-token-of-its-own\"}"
                    .formatted(environment.robot().path()))
            .path("url")
            .asText();

    environment.local("deploy", "--repository", url, "--set", "bake_seconds=4").exits(0);

    environment.serves(environment.robot().head());
  }

  @Test
  void anAbortedDeployIsReportedByReadingBack() {
    environment.store("repository", "{\"token\": \"none-is-needed\"}");
    var deploy =
        LocalCommand.start(
            environment.deployArguments("--set", "bake_seconds=300", "--set", "port=5001"));
    JsonNode status = environment.status();
    for (int i = 0; !status.has("locked_by") && i < 120 && !deploy.isDone(); i++) {
      status = environment.status();
    }
    assertTrue(status.has("locked_by"), "the deploy does not run: " + status);

    environment.local("follow", "--stop").exits(1);

    assertTrue(deploy.join().exit() != 0, "a stopped deploy is no success");
  }

  @Test
  void anInstanceIsRefusedTheSecretsOfOthers() {
    String output =
        environment.inside(
            "sh",
            "-c",
            "aws --region eu-west-1 --endpoint-url http://169.254.169.254:%s secretsmanager"
                    .formatted(LocalAws.port())
                + " get-secret-value --secret-id crypto-robot/another.local/keys 2>&1 || true");
    assertTrue(output.contains("AccessDeniedException"), output);
    assertTrue(output.contains("assumed-role/crypto-robot-instance/i-"), output);
  }

  @Tag("slow")
  @Test
  void aMigrationThatIsStoppedStopsItsDeploy() {
    environment.local("migrate", "status").exits(0).prints("phase     none");
    environment.local("migrate", "prepare").exits(1).prints("no docker command");
    environment.local("migrate", "cleanup").exits(1).prints("no migration is under way");
    environment.local("migrate", "undo").exits(1).prints("no migration is under way");
    environment.inside("sh", "-c", EMPTY_ENGINE);
    var parallel =
        LocalCommand.start(
            "migrate",
            "parallel",
            "--environment",
            environment.name(),
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
