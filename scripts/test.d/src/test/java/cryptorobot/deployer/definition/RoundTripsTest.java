package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * How many host commands and state transitions each story of the deploy machine costs. A command
 * takes about a second on AWS, and AWS charges for each transition.
 */
class RoundTripsTest {
  private static final String OLD = "20261122T000000Z-0ld0000";

  /** The calls that send no command to the host. */
  private static final Set<String> NO_COMMAND =
      Set.of("PlanDeployment", "StartInstance", "StopInstance");

  /** Runs beside deploy-release. */
  private static final String BESIDE = "ValidateCertificate";

  private final ScriptedFunctions functions = World.serving(OLD);

  private void costs(List<String> commands, int transitions) throws Exception {
    var run = DefinitionRun.of("deploy.asl.yaml", functions);
    var sent =
        functions.invoked().stream()
            .filter(call -> !NO_COMMAND.contains(call) && !call.equals(BESIDE))
            .toList();
    assertEquals(commands, sent, "the host commands in sequence");
    var entered = run.states();
    assertTrue(
        entered.size() <= transitions, () -> entered.size() + " state transitions: " + entered);
  }

  @Test
  void aChange() throws Exception {
    costs(
        List.of(
            "acquire-lock",
            "deploy-release",
            "InjectKeys",
            "activate-release",
            "CheckHealth",
            "confirm-release"),
        15);
    assertTrue(functions.invoked().contains(BESIDE));
  }

  @Test
  void theGoodPathHasAtMostSixteenStates() throws Exception {
    var states = Set.copyOf(DefinitionRun.of("deploy.asl.yaml", functions).states());
    assertTrue(states.size() <= 16, () -> states.size() + " states: " + states);
  }

  @Test
  void nothingToDo() throws Exception {
    functions.answer("acquire-lock", World.nothingToDo(OLD));
    costs(List.of("acquire-lock"), 6);
  }

  @Test
  void aRollbackOnRequest() throws Exception {
    functions.answer("PlanDeployment", World.plan("rollback", false));
    functions.answer("acquire-lock", World.inspected(OLD, World.GOOD));
    costs(
        List.of("acquire-lock", "InjectKeys", "activate-release", "CheckHealth", "confirm-release"),
        15);
  }

  @Test
  void anAutomaticRollback() throws Exception {
    functions.failOnce("CheckHealth", "Unhealthy", "exited with 1");
    costs(
        List.of(
            "acquire-lock",
            "deploy-release",
            "InjectKeys",
            "activate-release",
            "CheckHealth",
            // The rollback itself.
            "roll-back",
            "CheckHealth",
            "release-lock"),
        21);
  }

  @Test
  void aReleaseThatFailsBeforeItsActivation() throws Exception {
    functions.fail("deploy-release", "DependencyFailed", "no such package");
    costs(List.of("acquire-lock", "deploy-release", "discard-release"), 15);
  }
}
