package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.Locked;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import java.util.function.Supplier;

/**
 * Takes the environment's lock, from an owner that is proven to have ended if need be.
 *
 * <p>Only the service's word that the owner's execution has ended is proof. An owner it does not
 * know, or one that waits to be redriven, may still act and keeps the lock.
 */
final class AcquireLock {

  private final HostSteps steps;
  private final Supplier<Executions> executions;

  AcquireLock(HostSteps steps, Supplier<Executions> executions) {
    this.steps = steps;
    this.executions = executions;
  }

  /** The lock as the host gave it; {@code Locked} when another may still use it. */
  ObjectNode run(HostStep begin, PollBudget patience) {
    // Asked anew each time, since the same question may find the lock free by now; the host gives
    // its owner the same generation again.
    ObjectNode asked = steps.runAnew(from(begin, ""), patience);
    if (asked.path("acquired").asBoolean()) {
      return asked;
    }
    String owner = asked.path("owner").asText();
    boolean ended =
        switch (executions.get().describe(owner)) {
          case ExecutionState.Finished _ -> true;
          case ExecutionState.Alive _, ExecutionState.Unknown _ -> false;
        };
    if (!ended) {
      throw locked(begin, asked);
    }
    String from = asked.path("generation").asText() + " " + owner;
    ObjectNode stolen = steps.runAnew(from(begin, from).again("steal"), patience);
    if (!stolen.path("acquired").asBoolean()) {
      throw locked(begin, stolen);
    }
    return stolen;
  }

  private static HostStep from(HostStep begin, String owner) {
    return begin.with("StealFrom", owner);
  }

  private static Locked locked(HostStep begin, ObjectNode answer) {
    return new Locked(
        begin.host().environment(), answer.path("owner").asText(), answer.path("since").asText());
  }
}
