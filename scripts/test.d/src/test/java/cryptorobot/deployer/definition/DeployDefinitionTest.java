package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where each outcome of a step leads in deploy.asl.yaml. */
class DeployDefinitionTest {
  private final ScriptedFunctions functions = World.serving("20261122T000000Z-0ld0000");

  @Test
  void deploysAGoodCommit() throws Exception {
    var run = run();
    assertEquals(Status.SUCCEEDED, run.ended().status(), () -> run.toString());
    assertEquals("deployed", run.output().get("outcome").asText());
    assertEquals(World.NEW, run.output().get("release").asText());
    assertEquals("20261122T000000Z-0ld0000", run.output().get("previous").asText());
    assertEquals("live", run.output().get("mode").asText());
    assertEquals("https", run.output().get("protocol").asText());
    assertEquals(
        "[\"data/x is not used\",\"two indexes\"]", run.output().get("warnings").toString());
    assertEquals("[\"requests 2.31.0 → 2.32.3\"]", run.output().get("packages").toString());
    assertEquals(
        List.of("InjectKeys", "activate-release", "CheckHealth", "confirm-release"),
        lastInvoked(4));
  }

  @Test
  void passesTheLockAndTheReleaseToEveryLaterStep() throws Exception {
    run();
    for (var step : List.of("InjectKeys", "activate-release", "CheckHealth", "confirm-release")) {
      var payload = functions.lastPayload(step);
      assertEquals(7, payload.at("/host/generation").asInt(), step);
      assertEquals(World.NEW, payload.at("/settings/Release").asText(), step);
      assertEquals("https", payload.at("/settings/Protocol").asText(), step);
    }
  }

  @Test
  void changesNothingWhenThereIsNothingToDo() throws Exception {
    functions.answer("acquire-lock", World.nothingToDo("20261122T000000Z-0ld0000"));
    var run = run();
    assertEquals("nothing_to_do", run.output().get("outcome").asText());
    assertEquals("20261122T000000Z-0ld0000", run.output().get("release").asText());
    assertEquals(List.of("StartInstance", "acquire-lock"), lastInvoked(2));
  }

  @Test
  void refusesABadRequestBeforeTouchingAnything() throws Exception {
    functions.fail(
        "PlanDeployment", "InvalidRequest", "$.branch: found '; rm -rf /', allowed a branch");
    var run = run();
    assertEquals("RequestRefused", run.error());
    assertTrue(run.cause().startsWith("InvalidRequest: $.branch: found"), run.cause());
    assertEquals(List.of("PlanDeployment"), functions.invoked());
  }

  @ParameterizedTest
  @CsvSource({
    "deploy-release, HostUnfit",
    "deploy-release, BranchMissing",
    "deploy-release, DependencyFailed",
    "ValidateCertificate, CertificateRefused",
    "InjectKeys, KeysRefused"
  })
  void discardsTheReleaseWhenAStepBeforeActivationFails(String step, String failure)
      throws Exception {
    functions.fail(step, failure, "what " + step + " reported.");
    var run = run();
    assertEquals("DeploymentFailed", run.error());
    // The message ends with a full stop. The cause has one, too.
    assertTrue(
        run.cause().startsWith(failure + ": what " + step + " reported. Now: "), run.cause());
    assertTrue(run.cause().contains("0ld0000 serves as before"), run.cause());
    assertEquals("discard-release", functions.invoked().getLast());
    assertFalse(functions.invoked().contains("activate-release"), "activated anyway");
  }

  @Test
  void passesDiscardTheReleaseThatWasBuilt() throws Exception {
    functions.fail("InjectKeys", "KeysRefused", "no keys");
    run();
    assertEquals(
        World.NEW, functions.lastPayload("discard-release").at("/settings/Release").asText());
  }

  @Test
  void releasesTheLockWhenDiscardingFails() throws Exception {
    functions
        .fail("deploy-release", "DependencyFailed", "no such package")
        .fail("discard-release", "StepFailed", "ended half way");
    var run = run();
    assertEquals("DeploymentFailed", run.error());
    assertTrue(run.cause().startsWith("DependencyFailed: no such package. Now: "), run.cause());
    assertEquals(List.of("discard-release", "release-lock"), lastInvoked(2));
  }

  @ParameterizedTest
  @CsvSource({
    "activate-release, ActivationFailed",
    "CheckHealth, Unhealthy",
    "confirm-release, DeadManFired",
    "CheckHealth, StepTimedOut"
  })
  void rollsBackWhenAStepFromActivationOnFails(String step, String failure) throws Exception {
    functions.failOnce(step, failure, "ZeroDivisionError: division by zero");
    var run = run();
    assertEquals("RolledBack", run.error());
    assertTrue(
        run.cause().startsWith(failure + ": ZeroDivisionError: division by zero"), run.cause());
    assertTrue(run.cause().contains("0ld0000 serves again"), run.cause());
    assertEquals(List.of("roll-back", "CheckHealth", "release-lock"), lastInvoked(3));
    assertEquals(
        "20261122T000000Z-0ld0000",
        functions.lastPayload("CheckHealth").at("/settings/Release").asText());
  }

  @Test
  void reportsDeployedWhenTheConfirmationWasDecidedThoughItsStepFailed() throws Exception {
    functions
        .failOnce("confirm-release", "StepFailed", "confirm was ended before it was done")
        .answer(
            "roll-back",
            """
            {"confirmed": true, "settings": {"Services": "[]", "Port": "5000"},
             "serving": {"release": "%s", "revision": "abc1234def", "mode": "live", "protocol": "https"}}
            """
                .formatted(World.NEW));
    var run = run();
    assertEquals(Status.SUCCEEDED, run.ended().status(), () -> run.toString());
    assertEquals("deployed", run.output().get("outcome").asText());
    assertEquals(World.NEW, run.output().get("release").asText());
    assertEquals(
        List.of("confirm-release", "roll-back", "CheckHealth", "release-lock"), lastInvoked(4));
  }

  @Test
  void reportsDeployedWhenAnotherExecutionHasTheLockOfAConfirmedRelease() throws Exception {
    functions
        .failOnce("confirm-release", "StepFailed", "the answer was lost")
        .answer(
            "roll-back",
            "{\"confirmed\": true, \"locked\": false, \"serving\": null, \"settings\": {}}");
    var run = run();
    assertEquals("deployed", run.output().get("outcome").asText());
    assertEquals(World.NEW, run.output().get("release").asText());
    assertEquals("live", run.output().get("mode").asText());
    assertEquals(List.of("confirm-release", "roll-back", "release-lock"), lastInvoked(3));
  }

  @Test
  void requiresManualInterventionWhenTheRollbackFails() throws Exception {
    functions
        .fail("CheckHealth", "Unhealthy", "exited with 1")
        .fail("roll-back", "RollBackFailed", "no space left on device");
    var run = run();
    assertEquals("RollbackFailed", run.error());
    assertTrue(run.cause().contains("no space left on device"), run.cause());
    assertTrue(run.cause().contains("Unhealthy: exited with 1"), run.cause());
    assertTrue(run.cause().contains("A person is needed"), run.cause());
  }

  @Test
  void requiresManualInterventionWhenTheOldReleaseIsUnhealthyToo() throws Exception {
    functions.fail("CheckHealth", "Unhealthy", "exited with 1");
    assertEquals("RollbackFailed", run().error());
  }

  @Test
  void reportsThatTheContainersServeAgainAfterAFailedTakeover() throws Exception {
    var takeover =
        World.empty()
            .answer("roll-back", "{\"serving\": null, \"settings\": {}, \"containers\": true}")
            .fail("CheckHealth", "Unhealthy", "crypto-robot: it crashed");
    var run = DefinitionRun.of("deploy.asl.yaml", takeover);
    assertEquals("DeploymentFailed", run.error());
    assertTrue(run.cause().contains("Now: the containers serve again."), run.cause());
  }

  @Test
  void leavesNothingAfterABrokenFirstDeploy() throws Exception {
    var first = World.empty();
    first.fail("CheckHealth", "Unhealthy", "exited with 1");
    var run = DefinitionRun.of("deploy.asl.yaml", first);
    assertEquals("DeploymentFailed", run.error());
    assertTrue(run.cause().contains("nothing serves"), run.cause());
    assertEquals(1, first.invoked().stream().filter("CheckHealth"::equals).count());
  }

  @Test
  void rollsBackOnRequestWithoutFetching() throws Exception {
    functions.answer("PlanDeployment", World.plan("rollback", false));
    functions.answer("acquire-lock", World.inspected("20261122T000000Z-0ld0000", World.GOOD));
    var run = run();
    assertEquals("deployed", run.output().get("outcome").asText());
    assertEquals(World.GOOD, run.output().get("release").asText());
    assertFalse(functions.invoked().contains("deploy-release"), "fetched for a rollback");
    assertTrue(functions.invoked().containsAll(List.of("InjectKeys", "confirm-release")));
    assertEquals(World.GOOD, settings("activate-release").get("Release").asText());
  }

  @Test
  void buildsTheReleaseOfARollbackWhoseEnvironmentIsBroken() throws Exception {
    functions.answer("PlanDeployment", World.plan("rollback", false));
    functions.answer(
        "acquire-lock",
        World.inspected("20261122T000000Z-0ld0000", World.GOOD)
            .replace("\"built\": true", "\"built\": false"));
    functions.answer("deploy-release", "{\"parts\": [], \"sudo\": \"\"}");
    var run = run();
    assertEquals("deployed", run.output().get("outcome").asText());
    assertEquals(World.GOOD, run.output().get("release").asText());
    assertEquals("[]", run.output().get("warnings").toString());
    assertEquals(World.GOOD, settings("deploy-release").get("Release").asText());
    assertEquals("rollback", settings("deploy-release").get("Operation").asText());
    assertEquals(World.GOOD, settings("activate-release").get("Release").asText());
  }

  @Test
  void takesTheSettingsOfTheReleaseUnlessTheRequestNamesThem() throws Exception {
    functions.answer(
        "PlanDeployment",
        World.plan("rollback", false)
            .replace("\"named\": {}", "\"named\": {\"Port\": \"8443\"}")
            .replace(
                "https-or-http\"}",
                "https-or-http\", \"Port\": \"8443\", \"HealthPath\": \"/health\"}"));
    functions.answer(
        "acquire-lock",
        World.inspected("20261122T000000Z-0ld0000", World.GOOD)
            .replace(
                "\"settings\": {}",
                "\"settings\": {\"Protocol\": \"http\", \"Port\": \"5000\", \"HealthPath\": \"/ping\"}"));
    run();
    assertEquals("http", settings("ValidateCertificate").get("Protocol").asText());
    assertEquals("http", settings("InjectKeys").get("RequestedProtocol").asText());
    assertEquals("/ping", settings("CheckHealth").get("HealthPath").asText());
    assertEquals("8443", settings("CheckHealth").get("Port").asText());
    assertEquals(World.GOOD, settings("CheckHealth").get("Release").asText());
  }

  @Test
  void restartsWithoutPreparingAnything() throws Exception {
    functions.answer("PlanDeployment", World.plan("restart", false));
    functions.answer("acquire-lock", World.inspected("20261122T000000Z-0ld0000"));
    assertEquals("deployed", run().output().get("outcome").asText());
    assertEquals(
        List.of("acquire-lock", "activate-release", "CheckHealth", "confirm-release"),
        lastInvoked(4));
  }

  @Test
  void requiresManualInterventionWhenARestartFails() throws Exception {
    functions.answer("PlanDeployment", World.plan("restart", false));
    functions.answer("acquire-lock", World.inspected("20261122T000000Z-0ld0000"));
    functions.fail("CheckHealth", "Unhealthy", "exited with 1");
    assertEquals("RollbackFailed", run().error());
    assertFalse(functions.invoked().contains("roll-back"), "there is no release to roll back to");
  }

  @Test
  void startsAStoppedInstance() throws Exception {
    run();
    assertEquals("true", functions.lastPayload("StartInstance").get("start").asText());
  }

  @Test
  void stopsAnInstanceAgainThatWasStoppedBefore() throws Exception {
    functions.answer("PlanDeployment", World.plan("deploy", true));
    functions.answer("StartInstance", World.instance("running", true));
    assertEquals("deployed", run().output().get("outcome").asText());
    assertEquals(List.of("confirm-release", "StopInstance"), lastInvoked(2));
    assertEquals("true", settings("confirm-release").get("KeepUntilReboot").asText());
  }

  @Test
  void stopsAnInstanceAgainWhereThereWasNothingToDo() throws Exception {
    functions.answer("PlanDeployment", World.plan("deploy", true));
    functions.answer("StartInstance", World.instance("running", true));
    functions.answer("acquire-lock", World.nothingToDo(World.GOOD));
    assertEquals("nothing_to_do", run().output().get("outcome").asText());
    assertEquals(List.of("acquire-lock", "StopInstance"), lastInvoked(2));
    assertEquals("true", settings("acquire-lock").get("KeepUntilReboot").asText());
  }

  @Test
  void stopsAnInstanceAgainWhenTheInspectionFailed() throws Exception {
    functions.answer("PlanDeployment", World.plan("deploy", true));
    functions.answer("StartInstance", World.instance("running", true));
    functions.fail("acquire-lock", "LoginRefused", "the deploy key is not accepted");
    var run = run();
    assertTrue(
        run.cause().endsWith("; the instance is stopped again. Fix the cause and deploy again."),
        run.cause());
    assertEquals(List.of("release-lock", "StopInstance"), lastInvoked(2));
    assertEquals("true", settings("release-lock").get("KeepUntilReboot").asText());
  }

  @Test
  void putsACertificateIntoServiceWithoutTouchingTheKeys() throws Exception {
    functions.answer("PlanDeployment", World.plan("rotate-certificate", false));
    functions.answer("acquire-lock", World.inspected(World.GOOD, World.GOOD));
    functions.answer("inject-certificate", "{\"not_after\": \"2027-01-01T00:00:00Z\"}");
    var run = run();
    assertEquals("deployed", run.output().get("outcome").asText());
    assertFalse(
        functions.invoked().contains("InjectKeys"), () -> "invoked: " + functions.invoked());
    assertFalse(
        functions.invoked().contains("deploy-release"), () -> "invoked: " + functions.invoked());
    assertEquals("c1", settings("inject-certificate").get("CertificateVersion").asText());
    assertEquals("rotate-certificate", settings("activate-release").get("Operation").asText());
  }

  @Test
  void keepsTheOldCertificateWhenTheNewOneCannotBePutIntoService() throws Exception {
    functions.answer("PlanDeployment", World.plan("rotate-certificate", false));
    functions.answer("acquire-lock", World.inspected(World.GOOD, World.GOOD));
    functions.fail("inject-certificate", "InvalidParameter", "serves over http");
    assertEquals("DeploymentFailed", run().error());
    assertTrue(
        functions.invoked().contains("discard-release"), () -> "invoked: " + functions.invoked());
    assertFalse(
        functions.invoked().contains("activate-release"), () -> "invoked: " + functions.invoked());
  }

  private com.fasterxml.jackson.databind.JsonNode settings(String step) {
    return functions.lastPayload(step).get("settings");
  }

  @Test
  void reportsThatTheInstanceCouldNotBeStoppedAgain() throws Exception {
    functions.answer("PlanDeployment", World.plan("deploy", true));
    functions.answer("StartInstance", World.instance("running", true));
    functions.fail("StopInstance", "AccessDenied", "ec2:StopInstances");
    var problem = run().output().get("power_problem").asText();
    assertTrue(problem.endsWith("is not known: AccessDenied"), problem);

    functions.fail("deploy-release", "DependencyFailed", "no such package");
    var failed = run();
    assertTrue(failed.cause().contains("was stopped again is not known"), failed.cause());
  }

  @Test
  void keepsAnInstanceRunningThatRanBefore() throws Exception {
    functions.answer("PlanDeployment", World.plan("deploy", true));
    run();
    assertEquals("false", settings("confirm-release").get("KeepUntilReboot").asText());
    assertFalse(functions.invoked().contains("StopInstance"));
  }

  @Test
  void refusesAHostThatAnotherExecutionHolds() throws Exception {
    functions.fail("acquire-lock", "Locked", "held by arn:x since 06:14");
    var run = run();
    assertEquals("DeploymentFailed", run.error());
    assertTrue(run.cause().contains("held by arn:x"), run.cause());
    assertEquals("acquire-lock", functions.invoked().getLast(), "touched a host it does not hold");
  }

  @ParameterizedTest
  @ValueSource(strings = {"StepRunning", "AwsUnavailable", "HostUnreachable"})
  void retriesTransientFailures(String failure) throws Exception {
    functions.failOnce("deploy-release", failure, "try again");
    assertEquals("deployed", run().output().get("outcome").asText());
    assertEquals(2, functions.invoked().stream().filter("deploy-release"::equals).count());
  }

  @Test
  void doesNotRetryWhatCannotChange() throws Exception {
    functions.fail("deploy-release", "DependencyFailed", "no such package");
    run();
    assertEquals(1, functions.invoked().stream().filter("deploy-release"::equals).count());
  }

  @Test
  void freesTheHostWhenInspectionFails() throws Exception {
    functions.fail("acquire-lock", "LoginRefused", "the deploy key is not accepted");
    var run = run();
    assertEquals("DeploymentFailed", run.error());
    assertEquals("release-lock", functions.invoked().getLast());
    assertTrue(run.cause().contains("Now: release " + World.GOOD + " serves. "), run.cause());
  }

  @Test
  void releasesTheLockWhenTakingItFails() throws Exception {
    functions.fail("acquire-lock", "StepFailed", "ended half way");
    var run = run();
    assertEquals("DeploymentFailed", run.error());
    assertEquals("release-lock", functions.invoked().getLast());
    assertEquals(0, functions.lastPayload("release-lock").at("/host/generation").asInt());
    assertTrue(run.cause().contains("Now: release " + World.GOOD + " serves. "), run.cause());
  }

  @Test
  void reportsUnknownWhenItCannotReadTheState() throws Exception {
    functions
        .fail("acquire-lock", "HostUnreachable", "no agent")
        .fail("release-lock", "HostUnreachable", "no agent");
    var run = run();
    assertTrue(run.cause().contains("Now: unknown; the instance could not be read"), run.cause());
  }

  @Test
  void doesNotStopAnInstanceWhoseLockItDoesNotHold() throws Exception {
    functions
        .answer("PlanDeployment", World.plan("deploy", true))
        .answer("StartInstance", World.instance("running", true))
        .fail("acquire-lock", "AccessDenied", "no permission")
        .answer(
            "release-lock",
            "{\"released\": false, \"serving\": \"%s\", \"unconfirmed\": false}"
                .formatted(World.GOOD));
    assertEquals("DeploymentFailed", run().error());
    assertEquals("release-lock", functions.invoked().getLast());
  }

  @Test
  void reportsWhatServesEvenWhenTheLockCannotBeReleased() throws Exception {
    functions
        .failOnce("CheckHealth", "Unhealthy", "exited with 1")
        .fail("release-lock", "StepFailed", "disk error");
    var run = run();
    assertEquals("RolledBack", run.error());
    assertTrue(
        run.cause().contains("0ld0000 serves again, when it was last read; the instance could not"),
        run.cause());
  }

  private DefinitionRun run() throws Exception {
    return DefinitionRun.of("deploy.asl.yaml", functions);
  }

  private List<String> lastInvoked(int count) {
    var invoked = functions.invoked();
    return invoked.subList(invoked.size() - count, invoked.size());
  }
}
