package cryptorobot.deployer.local.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.local.endtoend.Instance.Served;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A deploy that somebody stops, whose step is killed on the host, or whose instance loses power.
 * Whatever is cut, one whole release serves, the notice says which, and the very same request again
 * finishes the matter.
 */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterruptedDeploysTest {
  private static final List<String> BEFORE_ACTIVATION =
      List.of("AcquireLock", "InspectHost", "FetchRelease", "BuildEnvironment", "InjectKeys");

  private Trial trial;
  private Instance instance;
  private String request;

  @BeforeAll
  void aGoodRelease(@TempDir Path folder) {
    trial = new Trial("interrupted.local", Robot.in(folder.resolve("robot")));
    trial.deploy().exits(0);
    instance = Instance.of(trial);
    request = Run.newest().input();
  }

  @Test
  void aDeployStoppedBeforeItIsConfirmedIsFinishedByTheSameRequest() {
    isStoppedIn("CheckHealth");
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AcquireLock",
        "InspectHost",
        "FetchRelease",
        "BuildEnvironment",
        "InjectKeys",
        "ActivateRelease",
        "ConfirmRelease"
      })
  void aDeployStoppedAnywhereIsFinishedByTheSameRequest(String state) {
    isStoppedIn(state);
  }

  private void isStoppedIn(String state) {
    Served before = instance.serves();
    String commit = trial.robot().improves();

    Run stopped = Run.start(request).awaitEntered(state).stop();
    assertEquals("ABORTED", stopped.awaitEnd().path("status").asText());
    JsonNode notice = stopped.notice(trial.environment());
    Served after = instance.serves();
    assertTrue(
        List.of(before.revision(), commit).contains(after.revision()),
        () -> "serves neither the old commit nor the new one: " + after);
    if (BEFORE_ACTIVATION.contains(state)) {
      assertEquals(before, after, "nothing was activated, so what served goes on");
    }
    isTrue(notice, before, after);

    finishes(commit, Run.start(request));
  }

  /** The notice was written at some moment between the two looks. */
  private void isTrue(JsonNode notice, Served before, Served after) {
    assertEquals("ABORTED", notice.path("status").asText(), notice::toString);
    assertEquals("aborted", notice.path("outcome").asText(), notice::toString);
    assertEquals(trial.environment(), notice.path("environment").asText(), notice::toString);
    assertTrue(notice.path("read_back").asBoolean(), notice::toString);
    String release = notice.at("/serving/release").asText();
    assertTrue(
        List.of(before.release(), after.release()).contains(release),
        () -> "what serves is neither %s nor %s: %s".formatted(before, after, notice));
    String next = notice.path("next").asText();
    assertTrue(next.contains("release " + release + " serves"), notice::toString);
    assertTrue(next.contains("start again, the lock is taken over"), notice::toString);
    if (!release.equals(before.release()) && !confirmed(release)) {
      assertTrue(next.contains("unconfirmed, it is rolled back by itself at"), notice::toString);
    }
  }

  private boolean confirmed(String release) {
    return instance
        .sh("cat /opt/crypto-robot/history.jsonl")
        .lines()
        .map(Trial::parse)
        .anyMatch(
            event ->
                event.path("event").asText().equals("confirmed")
                    && event.path("release").asText().equals(release));
  }

  /** It deploys the commit, or finds that it serves already; and nothing is left over. */
  private void finishes(String commit, Run again) {
    JsonNode output = again.succeeds();
    assertTrue(
        List.of("deployed", "nothing_to_do").contains(output.path("outcome").asText()),
        output::toString);
    Served served = instance.serves();
    assertEquals(commit, served.revision(), output::toString);
    assertEquals(served.release(), output.path("release").asText(), output::toString);
    JsonNode status = trial.serves(commit);
    assertEquals(served.release(), status.path("release").asText(), status::toString);
    assertTrue(status.path("locked_by").isNull(), () -> "still locked: " + status);
    assertEquals(
        "",
        instance.sh(
            """
            cd /opt/crypto-robot
            for release in releases/*; do [ -f "$release/release.json" ] || echo "$release"; done
            ls -A .deployer/saved .deployer/armed .deployer/firing .deployer/confirming 2>/dev/null || true
            """),
        "what is left over of an interrupted deploy");
  }

  @Tag("slow")
  @Test
  void aStepKilledBeforeActivationEndsTheDeployAndNothingStops() {
    Served before = instance.serves();
    String commit = trial.robot().improves();
    isKilledIn("build", "DeploymentFailed", "true");
    assertEquals(before, instance.serves(), "what served goes on");
    finishes(commit, Run.start(request));
  }

  @Tag("slow")
  @Test
  void anActivationKilledHalfWayIsRolledBack() {
    Served before = instance.serves();
    String commit = trial.robot().improves();
    isKilledIn("activate", "RolledBack", "[[ ! current -ef releases/" + before.release() + " ]]");
    Served after = instance.serves();
    assertEquals(before.release(), after.release(), "what serves again");
    finishes(commit, Run.start(request));
  }

  @Tag("slow")
  @Test
  void aHealthCheckKilledHalfWayRollsBack() {
    Served before = instance.serves();
    String commit = trial.robot().improves();
    isKilledIn("health", "RolledBack", "true");
    assertEquals(before.release(), instance.serves().release(), "what serves again");
    finishes(commit, Run.start(request));
  }

  /** Ends the step's unit at once, as soon as it runs and the condition holds on the host. */
  private void isKilledIn(String step, String error, String condition) {
    Process killer =
        instance.start(
            """
            cd /opt/crypto-robot
            until systemctl is-active --quiet "crypto-robot-step-$1.service" && %s; do sleep 0.02; done
            systemctl kill --signal=KILL "crypto-robot-step-$1.service"
            """
                .formatted(condition),
            step);
    try {
      String cause = Run.start(request).failsAs(error);
      assertTrue(cause.startsWith("StepFailed: " + step), cause);
      assertTrue(cause.contains("was ended before it was done"), cause);
    } finally {
      killer.destroy();
    }
  }

  @Tag("slow")
  @Test
  void anInstanceThatLosesPowerBeforeTheConfirmationComesBackWithTheOldRelease() {
    Served before = instance.serves();
    String commit = trial.robot().improves();
    Run run = Run.start(request).awaitEntered("CheckHealth");
    instance.losesPower();
    run.stop();
    assertEquals("ABORTED", run.awaitEnd().path("status").asText());

    trial.local("power", "start").exits(0);
    assertEquals(before.release(), instance.serves().release(), "what serves after the power cut");
    JsonNode status = trial.serves(before.revision());
    assertTrue(
        status.at("/locked_by/owner").asText().equals(run.arn()),
        () -> "the lock of the run that was stopped: " + status);
    finishes(commit, Run.start(request));
  }
}
