package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where each outcome of a step leads in power.asl.yaml. */
class PowerDefinitionTest {
  private final ScriptedFunctions functions =
      World.serving("20261122T000000Z-0ld0000")
          .answer(
              "status",
              """
              {"release": "20261122T000000Z-0ld0000", "mode": "live", "protocol": "https",
               "health": "healthy"}
              """);

  @Test
  void startsAndSaysWhatServes() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    var run = run();
    assertEquals("started", run.output().get("outcome").asText());
    assertEquals("20261122T000000Z-0ld0000", run.output().get("release").asText());
    assertEquals("healthy", run.output().get("health").asText());
  }

  @Test
  void stopsUnderTheLock() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    assertEquals("stopped", run().output().get("outcome").asText());
    assertEquals(
        List.of("PlanDeployment", "StartInstance", "begin", "StopInstance"), functions.asked());
    assertEquals("boot", functions.lastPayload("begin").at("/settings/Lifetime").asText());
  }

  @Test
  void waitsForTheDeployThatHoldsTheLock() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    functions.failOnce("begin", "Locked", "held by arn:x").failOnce("begin", "Locked", "arn:x");
    assertEquals("stopped", run().output().get("outcome").asText());
    assertEquals(2, functions.lastPayload("begin").get("attempt").asInt());
  }

  @Test
  void leavesAStoppedInstanceAlone() throws Exception {
    functions.answer("PlanDeployment", World.plan("stop", false));
    functions.answer("StartInstance", World.instance("stopped", false));
    assertEquals("stopped", run().output().get("outcome").asText());
    assertEquals(List.of("PlanDeployment", "StartInstance"), functions.asked());
  }

  @Test
  void restartsByStoppingAndStarting() throws Exception {
    functions.answer("PlanDeployment", World.plan("restart", false));
    assertEquals("started", run().output().get("outcome").asText());
    assertEquals(
        List.of(
            "PlanDeployment", "StartInstance", "begin", "StopInstance", "StartInstance", "status"),
        functions.asked());
  }

  @Test
  void waitsForCapacity() throws Exception {
    functions.answer("PlanDeployment", World.plan("start", false));
    functions.failOnce("StartInstance", "CapacityUnavailable", "InsufficientInstanceCapacity");
    assertEquals("started", run().output().get("outcome").asText());
  }

  @Test
  void saysWhyItFailed() throws Exception {
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
