package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.Locked;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import java.util.function.Supplier;

/**
 * Acquires the environment's lock, if necessary from an owner that is proven to have ended.
 *
 * <p>The only proof is that Step Functions reports the end of the owner's execution. An owner that
 * the service does not know, or that waits to be redriven, may still act and keeps the lock.
 */
final class AcquireLock {

  private final HostSteps steps;
  private final Supplier<Executions> executions;

  AcquireLock(HostSteps steps, Supplier<Executions> executions) {
    this.steps = steps;
    this.executions = executions;
  }

  /**
   * Returns the lock as the host granted it. Throws {@code Locked} if another owner may still use
   * it.
   */
  ObjectNode run(HostStep step, PollBudget budget) {
    // A command that has ended is sent again, because the lock may be free by now. The host gives
    // its owner the same answer again, also after it has released the lock.
    ObjectNode first = steps.runAlways(takingOver(step, ""), budget);
    if (first.path("acquired").asBoolean()) {
      return first;
    }
    String owner = first.path("owner").asText();
    boolean ended =
        switch (executions.get().describe(owner)) {
          case ExecutionState.Finished _ -> true;
          case ExecutionState.Alive _, ExecutionState.Unknown _ -> false;
        };
    if (!ended) {
      throw locked(step, first);
    }
    String from = first.path("generation").asText() + " " + owner;
    ObjectNode second = steps.runAlways(takingOver(step, from).again("steal"), budget);
    if (!second.path("acquired").asBoolean()) {
      throw locked(step, second);
    }
    return second;
  }

  private static HostStep takingOver(HostStep step, String owner) {
    return step.with("StealFrom", owner);
  }

  private static Locked locked(HostStep step, ObjectNode answer) {
    return new Locked(
        step.host().environment(), answer.path("owner").asText(), answer.path("since").asText());
  }
}
