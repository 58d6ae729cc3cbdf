package cryptorobot.deployer.faults.model;

import cryptorobot.deployer.ports.CommandState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** {@code fence.sh}: runs a step once, in a unit of its own, and only for the lock's owner. */
final class StepUnit {
  private final Machine machine;
  private final World world;

  StepUnit(Machine machine, World world) {
    this.machine = machine;
    this.world = world;
  }

  /** How the agent reports its end. Empty when the machine went down with it. */
  Optional<CommandState> run(String step, Map<String, String> parameters) {
    int boot = machine.boot();
    var program = machine.program(step);
    try {
      var run = new StepRun(machine, world, program, parameters);
      boolean reads =
          step.equals("read-status") || (step.equals("inspect-host") && run.generation() == 0);
      boolean fenced = !reads && !step.equals("acquire-lock") && !step.equals("release-lock");
      if (!reads) {
        machine.flock(step + ".flock", program);
        if (fenced) {
          var again = LockSteps.checkFence(run, false);
          if (again.isPresent()) {
            return Optional.of(new CommandState.Ended(0, again.get().toString(), ""));
          }
        }
        machine.entered(program);
        program.pause(Duration.ofMillis(30));
        if (fenced) {
          var again = LockSteps.checkFence(run, true);
          if (again.isPresent()) {
            return Optional.of(new CommandState.Ended(0, again.get().toString(), ""));
          }
        }
      }
      var answer = StepPrograms.ALL.get(step).apply(run);
      return Optional.of(new CommandState.Ended(0, answer.toString(), ""));
    } catch (StepFailure failed) {
      return Optional.of(failed(failed.name(), failed.getMessage()));
    } catch (Killed killed) {
      return machine.boot() == boot && machine.isOn()
          ? Optional.of(failed("StepFailed", step + " was ended before it was done"))
          : Optional.empty();
    } finally {
      machine.ended(program);
    }
  }

  private CommandState failed(String failure, String message) {
    var output = StepRun.result().put("failure", failure).put("message", message);
    return new CommandState.Ended(1, output.toString(), "");
  }
}
