package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where each outcome of a step leads in migrate.asl.yaml. */
class MigrateDefinitionTest {
  private static final String DEPLOYED =
      """
      {"ExecutionArn": "arn:x", "Status": "SUCCEEDED", "Output": {"outcome": "deployed",
       "release": "%s", "mode": "live", "protocol": "https"}}
      """
          .formatted(World.NEW);
  private static final String DEPLOY_FAILED =
      """
      {"ExecutionArn": "arn:x", "Status": "FAILED", "Error": "DeploymentFailed",
       "Cause": "Unhealthy: crypto-robot: it crashed. Now: the containers serve again. Fix it."}
      """;

  private final ScriptedFunctions functions =
      World.serving(World.GOOD)
          .answer("take-inventory", "{\"containers\": [{\"name\": \"robot\"}], \"warnings\": []}")
          .answer(
              "adopt-settings",
              "{\"env_content\": {\"from\": \"robot\", \"names\": []}, \"bytes\": 5}")
          .answer("remove-containers", "{\"archive\": \"/a.tar\", \"files\": 3}")
          .answer(
              "undo-migration", "{\"undone\": true, \"containers\": [\"robot\"], \"kept\": \"\"}")
          .answer("deploy", DEPLOYED);

  private DefinitionRun phase(String phase) throws Exception {
    functions.answer(
        "PlanDeployment",
        """
        {"environment": "crypto-robot.local", "phase": "%s", "application_path": "/opt/crypto-robot",
         "starts_instance": true, "settings": {"Port": "5000"},
         "deploy": {"environment": "crypto-robot.local", "containers": "replace"}}
        """
            .formatted(phase));
    return DefinitionRun.of("migrate.asl.yaml", functions);
  }

  private void found(String phase, boolean healthy, boolean containersHealthy) {
    functions.answer(
        "compare-health",
        "{\"phase\": \"%s\", \"well\": %s, \"containers_well\": %s}"
            .formatted(phase, healthy, containersHealthy));
  }

  @ParameterizedTest
  @CsvSource({
    "prepare, take-inventory, prepared",
    "cleanup, remove-containers, cleaned_up",
    "undo, undo-migration, undone"
  })
  void runsAPhaseOfOneStepUnderTheLock(String phase, String step, String outcome) throws Exception {
    assertEquals(outcome, phase(phase).output().get("outcome").asText());
    assertEquals(
        List.of("PlanDeployment", "StartInstance", "acquire-lock", step, "release-lock"),
        functions.invoked());
    assertEquals(7, functions.lastPayload(step).at("/host/generation").asInt());
  }

  @ParameterizedTest
  @CsvSource({"parallel, parallel", "cutover, cut_over"})
  void startsTheDeployMachineAfterPassingItTheLock(String phase, String outcome) throws Exception {
    found(phase, true, false);
    var run = phase(phase);
    assertEquals(outcome, run.output().get("outcome").asText());
    assertEquals(World.NEW, run.output().get("release").asText());
    assertEquals(
        List.of(
            "PlanDeployment",
            "StartInstance",
            "acquire-lock",
            "adopt-settings",
            "release-lock",
            "deploy",
            "compare-health"),
        functions.invoked());
    var started = functions.lastPayload("deploy");
    assertEquals("replace", started.at("/Input/containers").asText(), started::toString);
    assertEquals("one-deploy", started.get("Name").asText());
  }

  @Test
  void reportsThatTheContainersServeWhenTheTakeoverFailed() throws Exception {
    functions.failWith("deploy", "States.TaskFailed", DEPLOY_FAILED);
    found("prepared", true, true);
    var run = phase("cutover");
    assertEquals("CutoverUndone", run.error());
    assertEquals(
        "DeploymentFailed: Unhealthy: crypto-robot: it crashed. Now: the containers serve and are healthy."
            + " Fix the cause and request the phase again.",
        run.cause());
    assertEquals(
        List.of("deploy", "acquire-lock", "compare-health", "release-lock"),
        functions.invoked().subList(5, functions.invoked().size()),
        "taking the lock settles what the deploy left open before anything is read");
  }

  @Test
  void requiresManualInterventionWhenTheContainersAreNotHealthyAfterwards() throws Exception {
    functions.failWith("deploy", "States.TaskFailed", DEPLOY_FAILED);
    found("prepared", false, false);
    assertEquals("RollbackFailed", phase("cutover").error());
  }

  @Test
  void requiresManualInterventionWhenTheContainersCannotBeChecked() throws Exception {
    functions.failWith("deploy", "States.TaskFailed", DEPLOY_FAILED);
    functions.fail("compare-health", "HostUnfit", "docker does not answer");
    assertEquals("RollbackFailed", phase("cutover").error());
  }

  @Test
  void aRepeatedTakeoverThatFailsLeavesTheReleaseThatServed() throws Exception {
    functions.failWith("deploy", "States.TaskFailed", DEPLOY_FAILED);
    found("cutover", true, false);
    var run = phase("cutover");
    assertEquals("CutoverUndone", run.error());
    assertTrue(run.cause().contains("Now: the release that served before serves."), run.cause());
  }

  @Test
  void aSimulationThatFailsLeavesTheContainersAlone() throws Exception {
    functions.failWith("deploy", "States.TaskFailed", DEPLOY_FAILED);
    found("prepared", true, true);
    assertEquals("MigrationFailed", phase("parallel").error());
    assertEquals("release-lock", functions.invoked().getLast());
  }

  @ParameterizedTest
  @CsvSource({
    "prepare, take-inventory",
    "cutover, adopt-settings",
    "cleanup, remove-containers",
    "undo, undo-migration"
  })
  void aRefusalOfTheHostGivesTheLockBack(String phase, String step) throws Exception {
    functions.fail(step, "HostUnfit", "not now.");
    var run = phase(phase);
    assertEquals("MigrationFailed", run.error());
    assertEquals(
        "HostUnfit: not now. Now: what served before. Fix the cause and request the phase again.",
        run.cause());
    assertEquals("release-lock", functions.invoked().getLast());
    assertFalse(functions.invoked().contains("deploy"), "deployed anyway");
  }

  @Test
  void anUndoThatFailsRequiresManualIntervention() throws Exception {
    functions.fail("undo-migration", "RollBackFailed", "the containers do not serve");
    assertEquals("RollbackFailed", phase("undo").error());
  }

  @Test
  void readsWithoutTheLockAndStartsNothing() throws Exception {
    found("parallel", true, true);
    assertEquals("status", phase("status").output().get("outcome").asText());
    assertEquals(List.of("PlanDeployment", "StartInstance", "compare-health"), functions.invoked());
    functions.answer("StartInstance", World.instance("stopped", false));
    assertEquals("stopped", phase("status").output().get("outcome").asText());
  }

  @Test
  void refusesABadRequestBeforeTouchingAnything() throws Exception {
    functions.fail("PlanDeployment", "InvalidRequest", "$.phase: found \"x\"");
    assertEquals("RequestRefused", DefinitionRun.of("migrate.asl.yaml", functions).error());
    assertEquals(List.of("PlanDeployment"), functions.invoked());
  }
}
