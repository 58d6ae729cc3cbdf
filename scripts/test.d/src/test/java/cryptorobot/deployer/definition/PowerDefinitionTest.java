package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where each outcome of a step leads in power.asl.yaml. */
class PowerDefinitionTest {
  private static final String RELEASE = "20261122T000000Z-0ld0000";

  private final ScriptedFunctions functions =
      World.serving(RELEASE)
          .answer(
              "start-services",
              """
              {"restarted": [],
               "serving": {"release": "%s", "revision": "0ld", "mode": "live", "protocol": "https"},
               "settings": {"Services": "[]", "Port": "5000"}}
              """
                  .formatted(RELEASE))
          .answer(
              "stop-services",
              """
              {"stopped": ["crypto-robot", "crypto-webapp"], "robot_seconds": 1.25, "killed": []}
              """);

  @Test
  void startsTheServicesAndChecksThatTheyAreHealthy() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    var run = run();
    assertEquals("started", run.output().get("outcome").asText());
    assertEquals(RELEASE, run.output().get("release").asText());
    assertEquals("healthy", run.output().get("health").asText());
    assertEquals(
        List.of(
            "PlanDeployment",
            "StartInstance",
            "acquire-lock",
            "start-services",
            "CheckHealth",
            "release-lock"),
        functions.invoked());
    assertEquals(
        "execution", functions.lastPayload("acquire-lock").at("/settings/Lifetime").asText());
    assertEquals(RELEASE, functions.lastPayload("CheckHealth").at("/settings/Release").asText());
  }

  @Test
  void reportsAStartedServiceThatIsNotHealthy() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    functions.fail("CheckHealth", "Unhealthy", "crypto-robot: exited with status 1");
    var run = run();
    assertEquals("StartedUnhealthy", run.error());
    assertTrue(run.cause().startsWith("Unhealthy: crypto-robot: exited"), run.cause());
    assertTrue(run.cause().contains("release " + RELEASE + " on it is not healthy"), run.cause());
    assertEquals("release-lock", functions.invoked().getLast(), "the lock is released");
  }

  @Test
  void checksNothingWhenNothingIsDeployed() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    functions.answer("start-services", "{\"restarted\": [], \"serving\": null, \"settings\": {}}");
    assertEquals("unknown", run().output().get("health").asText());
    assertFalse(
        functions.invoked().contains("CheckHealth"), () -> "invoked: " + functions.invoked());
  }

  @Test
  void stopsTheServicesUnderTheLockAndThenTheInstance() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    var output = run().output();
    assertEquals("stopped", output.get("outcome").asText());
    assertEquals("1.25", output.at("/services/robot_seconds").asText());
    assertEquals(
        List.of("PlanDeployment", "StartInstance", "acquire-lock", "stop-services", "StopInstance"),
        functions.invoked());
    assertEquals("boot", functions.lastPayload("acquire-lock").at("/settings/Lifetime").asText());
    assertEquals(7, functions.lastPayload("stop-services").at("/host/generation").asInt());
  }

  @Test
  void stopsTheInstanceEvenWhenItsServicesCannotBeStopped() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    functions.fail("stop-services", "StepTimedOut", "180 s");
    var output = run().output();
    assertEquals("stopped", output.get("outcome").asText());
    assertTrue(output.at("/services/problem").asText().endsWith("StepTimedOut"), output::toString);
  }

  @Test
  void reportsThatTheServicesAreStoppedWhenTheInstanceCannotBe() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    functions.fail("StopInstance", "AccessDenied", "ec2:StopInstances");
    var run = run();
    assertEquals("PowerFailed", run.error());
    assertTrue(run.cause().contains("services are stopped and the instance runs"), run.cause());
  }

  @ParameterizedTest
  @CsvSource({"stop,stopped", "start,started"})
  void waitsForTheDeployThatHoldsTheLock(String operation, String outcome) throws Exception {
    functions.answer("PlanDeployment", World.plan(operation, false));
    functions
        .failOnce("acquire-lock", "Locked", "held by arn:x")
        .failOnce("acquire-lock", "Locked", "arn:x");
    var run = run();
    assertEquals(outcome, run.output().get("outcome").asText());
    assertEquals(2, run.states().stream().filter("WaitForLock"::equals).count());
  }

  @Test
  void startsAnInstanceThatWasStoppedMeanwhile() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    functions.failOnce("acquire-lock", "HostUnreachable", "the agent does not answer");
    for (int tries = 0; tries < 6; tries++) {
      functions.failOnce("acquire-lock", "HostUnreachable", "the agent does not answer");
    }
    var run = run();
    assertEquals("started", run.output().get("outcome").asText());
    assertEquals(2, functions.invoked().stream().filter("StartInstance"::equals).count());
  }

  @Test
  void givesUpOnALockThatIsNeverReleased() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    functions.fail("acquire-lock", "Locked", "held by arn:x");
    var run = run();
    assertEquals("PowerFailed", run.error());
    assertTrue(run.cause().contains("nothing was changed"), run.cause());
    var first = run.history().getFirst().timestamp();
    var waited = Duration.between(first, run.history().getLast().timestamp());
    var deploy =
        StateMachineParser.parse(Files.readString(Path.of("../../statemachine/deploy.asl.yaml")));
    assertTrue(
        waited.compareTo(deploy.timeout().orElseThrow()) > 0,
        "gave up after %s, a deploy may hold the lock for longer".formatted(waited));
  }

  @Test
  void leavesAStoppedInstanceAlone() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    functions.answer("StartInstance", World.instance("stopped", false));
    assertEquals("stopped", run().output().get("outcome").asText());
    assertEquals(List.of("PlanDeployment", "StartInstance"), functions.invoked());
  }

  @Test
  void restartsByStoppingAndStarting() throws Exception {
    functions.answer("PlanDeployment", World.plan("restart", false));
    assertEquals("started", run().output().get("outcome").asText());
    assertEquals(
        List.of(
            "PlanDeployment",
            "StartInstance",
            "acquire-lock",
            "stop-services",
            "StopInstance",
            "StartInstance",
            "acquire-lock",
            "start-services",
            "CheckHealth",
            "release-lock"),
        functions.invoked());
  }

  @Test
  void waitsForCapacity() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    functions.failOnce("StartInstance", "CapacityUnavailable", "InsufficientInstanceCapacity");
    assertEquals("started", run().output().get("outcome").asText());
  }

  @Test
  void reportsALongLackOfCapacity() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    functions.fail("StartInstance", "CapacityUnavailable", "InsufficientInstanceCapacity");
    var run = run();
    assertEquals("PowerFailed", run.error());
    assertTrue(run.cause().startsWith("CapacityUnavailable: Insufficient"), run.cause());
    assertEquals(9, functions.invoked().stream().filter("StartInstance"::equals).count());
  }

  @Test
  void reportsWhyItFailed() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    functions.fail("StartInstance", "InstanceAmbiguous", "i-1 and i-2 bear the tag");
    var run = run();
    assertEquals("PowerFailed", run.error());
    assertTrue(run.cause().startsWith("InstanceAmbiguous: i-1 and i-2"), run.cause());
  }

  private DefinitionRun run() throws Exception {
    return DefinitionRun.of("power.asl.yaml", functions);
  }
}
