package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where each outcome of a reading leads in watch.asl.yaml. */
class WatchDefinitionTest {
  private final ScriptedFunctions functions =
      World.serving(World.GOOD)
          .answer("PlanDeployment", World.plan("check-health", false))
          .answer("read-health", reading("healthy", false))
          .answer("NotifyChange", "{\"told\": \"x\"}")
          .answer("record-notice", "{\"told\": \"x\"}");

  private static String reading(String health, boolean news) {
    return """
    {"release": "%s", "mode": "live", "protocol": "https", "health": "%s", "headline": "now %s",
     "said": "crypto-robot: ended", "next": "look", "news": %s, "told": "%s 7",
     "certificate_not_after": "2027-01-01T00:00:00Z"}
    """
        .formatted(World.GOOD, health, health, news, health);
  }

  @Test
  void reportsThatAllIsHealthyAndSendsNoNotice() throws Exception {
    var run = run();
    assertEquals("healthy", run.output().get("outcome").asText());
    assertEquals("healthy", run.output().at("/host/health").asText());
    assertEquals(List.of("PlanDeployment", "StartInstance", "read-health"), functions.invoked());
  }

  @Test
  void sendsANoticeThatACertificateExpiresSoon() throws Exception {
    functions.answer("PlanDeployment", World.plan("check-certificates", false));
    functions.answer(
        "read-certificates",
        """
        {"release": "r", "mode": "live", "protocol": "https", "hostname": "h", "days_left": 14,
         "certificate_not_after": "2027-01-01T00:00:00Z", "headline": "certificate ends in 14 days",
         "said": "the certificate ends", "next": "renew it", "news": true, "told": "ab12 14"}
        """);
    var run = run();
    assertEquals("certificates", run.output().get("outcome").asText());
    assertEquals(14, run.output().at("/host/days_left").asInt());
    assertEquals("ab12 14", functions.lastPayload("record-notice").at("/settings/Told").asText());
  }

  @ParameterizedTest
  @CsvSource({"0, no-drift", "2, drifted"})
  void reportsDrift(int count, String outcome) throws Exception {
    functions.answer("PlanDeployment", World.plan("check-drift", false));
    functions.answer(
        "read-drift",
        """
        {"release": "r", "mode": "live", "protocol": "https", "judged": true, "count": %d,
         "drift": [], "headline": "", "said": "", "next": "", "news": false, "told": ""}
        """
            .formatted(count));
    assertEquals(outcome, run().output().get("outcome").asText());
    assertEquals("read-drift", functions.invoked().getLast());
  }

  @Test
  void failsWithTheReasonWhenTheEnvironmentIsNotHealthy() throws Exception {
    functions.answer("read-health", reading("unhealthy", false));
    var run = run();
    assertEquals("Unhealthy", run.error());
    assertEquals(
        "crypto-robot: ended. Release " + World.GOOD + " serves. Next: look.", run.cause());
  }

  @Test
  void sendsANoticeOfAChangeAndThenRecordsIt() throws Exception {
    functions.answer("read-health", reading("unhealthy", true));
    assertEquals("Unhealthy", run().error());
    assertEquals(
        List.of("PlanDeployment", "StartInstance", "read-health", "NotifyChange", "record-notice"),
        functions.invoked());
    assertEquals(
        "unhealthy 7", functions.lastPayload("record-notice").at("/settings/Told").asText());
    assertEquals("now unhealthy", functions.lastPayload("NotifyChange").get("headline").asText());
  }

  @Test
  void doesNotRecordANoticeThatItCouldNotSend() throws Exception {
    functions.answer("read-health", reading("healthy", true));
    functions.fail("NotifyChange", "AccessDenied", "sns:Publish is denied");
    assertEquals("WatchFailed", run().error());
    assertEquals("NotifyChange", functions.invoked().getLast());
  }

  @Test
  void checksNoHealthWhileAReleaseIsPutIntoService() throws Exception {
    functions.answer("read-health", reading("deploying", false));
    assertEquals("deploying", run().output().get("outcome").asText());
  }

  @Test
  void reportsThatNothingIsDeployed() throws Exception {
    functions.answer("read-health", reading("unknown", false));
    assertEquals("nothing-deployed", run().output().get("outcome").asText());
  }

  @Test
  void leavesAStoppedInstanceStopped() throws Exception {
    functions.answer("StartInstance", World.instance("stopped", false));
    assertEquals("asleep", run().output().get("outcome").asText());
    assertEquals("false", functions.lastPayload("StartInstance").get("start").asText());
  }

  @Test
  void readsTheStatusInThreeCalls() throws Exception {
    functions.answer("PlanDeployment", World.plan("status", false));
    functions.answer(
        "read-status",
        "{\"release\": \"%s\", \"mode\": \"live\", \"protocol\": \"https\", \"health\": \"healthy\"}"
            .formatted(World.GOOD));
    var run = run();
    assertEquals("status", run.output().get("outcome").asText());
    assertEquals(World.GOOD, run.output().get("release").asText());
    assertEquals("10.213.0.2", run.output().get("address").asText());
    assertEquals("healthy", run.output().at("/host/health").asText());
    assertEquals(List.of("PlanDeployment", "StartInstance", "read-status"), functions.invoked());
  }

  @Test
  void plansWithTheSettingsOfADeployAndWithoutALock() throws Exception {
    functions.answer("PlanDeployment", World.plan("plan", false));
    var run = run();
    assertEquals("planned", run.output().get("outcome").asText());
    assertEquals(World.GOOD, run.output().get("release").asText());
    assertEquals("commit", run.output().at("/differences/0").asText());
    assertFalse(run.output().get("nothing_to_do").asBoolean());
    assertEquals("[]", run.output().get("warnings").toString());
    assertEquals(List.of("PlanDeployment", "StartInstance", "inspect-host"), functions.invoked());
    var payload = functions.lastPayload("inspect-host");
    assertEquals(0, payload.at("/host/generation").asInt());
    assertEquals("https-or-http", payload.at("/settings/Protocol").asText());
  }

  @Test
  void plansAFirstDeploy() throws Exception {
    var first = World.empty().answer("PlanDeployment", World.plan("plan", false));
    var run = DefinitionRun.of("watch.asl.yaml", first);
    assertEquals("", run.output().get("release").asText());
    assertEquals("", run.output().get("mode").asText());
    assertEquals("", run.output().get("protocol").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "status"})
  void reportsThatAnInstanceIsStoppedAndDoesNotStartIt(String operation) throws Exception {
    functions.answer("PlanDeployment", World.plan(operation, false));
    functions.answer("StartInstance", World.instance("stopped", false));
    var run = run();
    assertEquals("stopped", run.output().get("outcome").asText());
    assertEquals("stopped", run.output().get("state").asText());
    assertEquals("false", functions.lastPayload("StartInstance").get("start").asText());
    assertEquals("StartInstance", functions.invoked().getLast());
  }

  @Test
  void aPlanThatCannotBeMadeIsNoFailureOfTheWatch() throws Exception {
    functions.answer("PlanDeployment", World.plan("plan", false));
    functions.fail("inspect-host", "BranchMissing", "no branch trial.");
    var run = run();
    assertEquals("PlanFailed", run.error());
    assertEquals(
        "BranchMissing: no branch trial. Now: what served before; the host was not touched. "
            + "Fix the cause and deploy again.",
        run.cause());
  }

  @Test
  void aStatusThatCannotBeReadIsAFailureOfTheWatch() throws Exception {
    functions.answer("PlanDeployment", World.plan("status", false));
    functions.fail("read-status", "StepFailed", "disk error");
    assertEquals("WatchFailed", run().error());
  }

  @Test
  void reportsUnknownWhenTheInstanceDoesNotAnswer() throws Exception {
    functions.fail("StartInstance", "InstanceNotReady", "the agent of i-1 is offline");
    var run = run();
    assertEquals("WatchFailed", run.error());
    assertTrue(run.cause().startsWith("InstanceNotReady: the agent of i-1"), run.cause());
  }

  private DefinitionRun run() throws Exception {
    return DefinitionRun.of("watch.asl.yaml", functions);
  }
}
