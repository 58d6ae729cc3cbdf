package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflow that people start on GitHub, run on the local cloud. */
@Tag("instance")
class WorkflowTest {
  private static final String KEY = "SENTINEL%KEY%5d1f0c";
  private static final String SECRET = "SENTINEL-SECRET-9be2a7";
  private static final String TOKEN = "SENTINEL-TOKEN-04c7d1";
  private static final String ENVIRONMENT = "workflow.local";

  @TempDir private Path folder;

  @Test
  void theWorkflowStepsDeployARobotAndPrintNoKey() throws Exception {
    var environment = new TestEnvironment(ENVIRONMENT, Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    Path workspace = workspace(serve(environment.robot()));

    WorkflowRun deploy = play(workspace, "deploy").exits(0);

    var status = environment.serves(environment.robot().head());
    assertEquals("live", status.path("mode").asText(), status::toString);
    assertEquals("deployed", deploy.output("outcome"), deploy::log);
    assertEquals(status.path("release").asText(), deploy.output("release"));
    assertTrue(deploy.log().contains("Deployed to workflow.local"), deploy::log);
    assertTrue(deploy.summary().contains("### workflow.local: deployed"), deploy.summary());
    assertEquals(
        "14400",
        deploy.with("aws-actions/configure-aws-credentials").get("role-duration-seconds").asText(),
        "longer than the state machine's own limit");

    assertEquals(List.of(KEY, SECRET, TOKEN), deploy.masks(), "each value alone");
    assertEquals(List.of(), places(workspace, deploy), "where a key can be read");
    Files.writeString(workspace.resolve("planted"), "…" + SECRET + "…");
    assertEquals(
        List.of(workspace.resolve("planted").toString()),
        places(workspace, deploy),
        "the same search finds what is planted");
    Files.delete(workspace.resolve("planted"));

    WorkflowRun again = play(workspace, "deploy").exits(0);
    assertTrue(again.log().contains("/keys is unchanged"), again::log);
    assertTrue(again.log().contains("Nothing to do: workflow.local"), again::log);

    environment.robot().crashesAtStart();
    WorkflowRun broken = play(workspace, "deploy").exits(1);
    assertTrue(broken.log().contains("RolledBack: "), broken::log);
    assertTrue(broken.log().contains("ZeroDivisionError"), broken::log);
    assertTrue(broken.summary().contains("Not done."), broken.summary());

    play(workspace, "status").exits(0);
    assertTrue(play(workspace, "dance").exits(2).log().contains("There is no such action"));
  }

  /** The folder is removed after the test, so the target of the link must not be in it then. */
  @AfterEach
  void unlinkTheRepository() throws IOException {
    Files.deleteIfExists(folder.resolve("workspace/deployer"));
  }

  private static WorkflowRun play(Path workspace, String action)
      throws IOException, InterruptedException {
    Files.deleteIfExists(workspace.resolve("_temp/summary.md"));
    Map<String, String> values = new HashMap<>();
    values.put("inputs.deployer", "acme/deployer");
    values.put("inputs.deployer_ref", "main");
    values.put("inputs.action", action);
    values.put("inputs.environment", ENVIRONMENT);
    values.put(
        "secrets.WORKFLOW_LOCAL_KEYS",
        "{\"BINANCE_API_KEY\": \"" + KEY + "\", \"BINANCE_SECRET_KEY\": \"" + SECRET + "\"}");
    values.put("secrets.WORKFLOW_TELEGRAM", "{\"token\": \"" + TOKEN + "\"}");
    return new WorkflowRun(workspace, values)
        // What the step that assumes the role would set. The role is enforced.
        .on(LocalAws.variables("crypto-robot_workflow-local-github"))
        .play(LocalCommand.home().resolve(".github/workflows/control-robot-aws.yml"), "control");
  }

  /** What the two checkouts would make: this repository, and the caller's settings. */
  private Path workspace(String repository) throws IOException {
    Path workspace = Files.createDirectories(folder.resolve("workspace"));
    Files.createSymbolicLink(workspace.resolve("deployer"), LocalCommand.home());
    Path settings = Files.createDirectories(workspace.resolve("caller/.github/environments"));
    Files.writeString(
        settings.resolve(ENVIRONMENT + ".json"),
        """
        {"repository_url": "%s", "branch": "main", "bake_seconds": 4,
         "github_secret_name": "WORKFLOW_LOCAL_KEYS",
         "secrets": [
           {"name": "keys", "required_for_live": true,
            "variables": {"BINANCE_API_KEY": "BINANCE_API_KEY", "BINANCE_SECRET_KEY": "BINANCE_SECRET_KEY"}},
           {"name": "telegram", "github_secret_name": "WORKFLOW_TELEGRAM",
            "variables": {"TELEGRAM_TOKEN": "token"}}]}
        """
            .formatted(repository));
    return workspace;
  }

  private static String serve(Robot robot) throws IOException, InterruptedException {
    URI address =
        URI.create(
            "http://127.0.0.1:" + System.getenv("LOCAL_PORT") + "/_local/repositories/workflow");
    var request =
        HttpRequest.newBuilder(address)
            .PUT(HttpRequest.BodyPublishers.ofString("{\"path\": \"" + robot.path() + "\"}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return TestEnvironment.parse(answer).path("url").asText();
    }
  }

  /**
   * The places where one of the secrets can be read: log, summary, workspace, executions, commands,
   * logs.
   */
  private static List<String> places(Path workspace, WorkflowRun run) throws IOException {
    Path state = LocalCommand.state();
    var places = new java.util.ArrayList<String>();
    if (Stream.of(KEY, SECRET, TOKEN).anyMatch(run.log()::contains)) {
      places.add("the workflow's log");
    }
    for (Path place :
        List.of(
            workspace,
            state.resolve("executions"),
            state.resolve("commands"),
            state.resolve("cloud.log"))) {
      if (!Files.exists(place)) {
        throw new AssertionError("no file to search at " + place);
      }
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          if (Stream.of(KEY, SECRET, TOKEN).anyMatch(text::contains)) {
            places.add(file.toString());
          }
        }
      }
    }
    return places;
  }
}
