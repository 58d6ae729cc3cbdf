package cryptorobot.deployer.local.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The roles of template.yaml, which the local cloud enforces: nothing that is needed is refused and
 * nothing that is allowed is unused. Runs last, since it looks back on the calls of the whole
 * suite; alone it fails for want of calls.
 */
@Tag("instance")
@Order(Integer.MAX_VALUE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessTest {
  private static final String ENVIRONMENT = "access.local";

  /** As an instance looks where a migration is prepared and the engine has no containers left. */
  private static final String EMPTY_ENGINE =
      """
      printf '#!/bin/sh\\n' >/usr/local/bin/docker
      chmod +x /usr/local/bin/docker
      mkdir --parents /opt/crypto-robot/.deployer/migration
      printf '{"containers": [], "health": [], "units": []}' >/opt/crypto-robot/.deployer/migration/inventory.json
      """;

  /** Refused, and rightly so. */
  private enum Refusal {
    THE_TEST_ASKS_FOR_IT(".*/i-[0-9a-f]+ [^ ]+:GetSecretValue crypto-robot/another.local/keys"),
    // scripts/local has a request checked before it makes the environment's instance, and so before
    // the stack has that environment; only the judgement on the request counts there.
    THE_ENVIRONMENT_IS_YET_TO_BE_MADE(
        ".*/crypto-robot-PlanDeployment secretsmanager:DescribeSecret crypto-robot/[^/]+/[a-z]+");

    private final String call;

    Refusal(String call) {
      this.call = call;
    }
  }

  /** Allowed, but not called by anything that runs here. */
  private enum Unplayed {
    LAMBDA_AND_STEP_FUNCTIONS_WRITE_LOGS("[^ ]+ [^ ]+ logs:[^ ]+ .*"),
    LAMBDA_AND_STEP_FUNCTIONS_SEND_TRACES("[^ ]+ Traces xray:[^ ]+ .*"),
    LAMBDA_SENDS_WHAT_IT_GAVE_UP("ReportOutcomeRole DeadLetters sqs:SendMessage .*"),
    THE_AGENT_OF_SYSTEMS_MANAGER("InstanceRole Agent (ssm|ssmmessages|ec2messages):[^ ]+ .*"),
    // Only when such a run holds the lock at the very moment somebody else wants it.
    A_POWER_RUN_OWNS_THE_LOCK(
        "RunDeployStepRole IsTheLockOwnerFinished states:DescribeExecution .*-power:\\*"),
    A_MIGRATION_OWNS_THE_LOCK(
        "RunDeployStepRole IsTheLockOwnerFinished states:DescribeExecution .*-migrate:\\*"),
    // The workflow is played with a deploy, a status and the same keys each time.
    GITHUB_FOLLOWS_POWER_RUNS("DeployRole.* (Start|Follow) states:[^ ]+ .*-power.*"),
    GITHUB_FOLLOWS_MIGRATIONS("DeployRole.* (Start|Follow) states:[^ ]+ .*-migrate.*"),
    GITHUB_WRITES_CHANGED_KEYS("DeployRole.* WriteOwnKeys secretsmanager:PutSecretValue .*");

    private final String grants;

    Unplayed(String grants) {
      this.grants = grants;
    }
  }

  @TempDir private Path folder;

  @Test
  @Order(1)
  void aPrivateRepositoryIsReadWithTheEnvironmentsOwnSecret() throws Exception {
    var trial = new Trial(ENVIRONMENT, Robot.in(folder.resolve("robot")));
    trial.local("up").exits(0);
    trial.store("repository", "{\"token\": \"a-token-of-its-own\"}");
    String url =
        control(
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
  @Order(2)
  void anAbortedDeployIsReportedByReadingBack() throws Exception {
    var trial = new Trial(ENVIRONMENT, Robot.in(folder.resolve("robot")));
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
  @Order(3)
  void anInstanceIsRefusedWhatIsNotItsOwn() {
    var trial = new Trial(ENVIRONMENT, Robot.in(folder.resolve("robot")));
    String said =
        trial.inside(
            "sh",
            "-c",
            "aws --region eu-west-1 --endpoint-url http://169.254.169.254:%s secretsmanager"
                    .formatted(System.getenv("LOCAL_PORT"))
                + " get-secret-value --secret-id crypto-robot/another.local/keys 2>&1 || true");
    assertTrue(said.contains("AccessDeniedException"), said);
    assertTrue(said.contains("assumed-role/crypto-robot-instance/i-"), said);
  }

  @Test
  @Order(4)
  void aMigrationThatIsStoppedStopsItsDeploy() {
    var trial = new Trial(ENVIRONMENT, Robot.in(folder.resolve("robot")));
    trial.local("migrate", "status").exits(0).says("phase     none");
    trial.local("migrate", "prepare").exits(1).says("no docker command");
    trial.local("migrate", "cleanup").exits(1).says("no migration is under way");
    trial.local("migrate", "undo").exits(1).says("no migration is under way");
    trial.inside("sh", "-c", EMPTY_ENGINE);
    var parallel =
        LocalCommand.start(
            "migrate", "parallel", "--environment", ENVIRONMENT, "--set", "bake_seconds=300");
    String before = Run.newest().arn();
    Await.holds(
        "a deploy of the migration runs",
        Duration.ofMinutes(2),
        () -> !Run.newest().arn().equals(before));
    Run deploy = Run.newest();

    Run.newest("migrate").stop();

    assertEquals("ABORTED", deploy.awaitEnd().path("status").asText());
    assertEquals(1, parallel.join().exit(), "a stopped migration is no success");
  }

  @Test
  @Order(5)
  void nothingThatIsNeededIsRefused() throws Exception {
    List<String> refused =
        lines(control("GET", "iam", "").path("denied"), "principal", "action", "resource")
            .filter(line -> Stream.of(Refusal.values()).noneMatch(r -> line.matches(r.call)))
            .toList();
    assertEquals(
        List.of(), refused, "refused by template.yaml, though a call of ours asked for it");
  }

  @Test
  @Order(6)
  void nothingThatIsAllowedIsUnused() throws Exception {
    JsonNode report = control("GET", "iam", "");
    List<String> unused =
        lines(report.path("unused"), "role", "statement", "action", "resource").toList();
    assertEquals(
        List.of(),
        unused.stream()
            .filter(line -> Stream.of(Unplayed.values()).noneMatch(u -> line.matches(u.grants)))
            .toList(),
        "allowed by template.yaml, and no call of the whole suite needed it");
    var idle = new TreeSet<String>();
    Stream.of(Unplayed.values())
        .filter(exception -> unused.stream().noneMatch(line -> line.matches(exception.grants)))
        .forEach(exception -> idle.add(exception.name()));
    assertEquals(new TreeSet<>(), idle, "exceptions that excuse nothing");
  }

  private static Stream<String> lines(JsonNode list, String... fields) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(
            node ->
                String.join(
                    " ", Stream.of(fields).map(field -> node.path(field).asText()).toList()));
  }

  private static JsonNode control(String method, String path, String body)
      throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + System.getenv("LOCAL_PORT") + "/_local/" + path);
    var request =
        HttpRequest.newBuilder(address)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode(), response.body());
      return Trial.parse(response.body());
    }
  }
}
