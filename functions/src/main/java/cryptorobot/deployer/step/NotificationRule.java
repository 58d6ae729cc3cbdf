package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.EarlierRuns;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import java.util.List;

/** Decides whether the end of an execution is worth a notification. */
final class NotificationRule {

  private final Executions executions;
  private final EarlierRuns earlier;

  NotificationRule(Executions executions, EarlierRuns earlier) {
    this.executions = executions;
    this.earlier = earlier;
  }

  /**
   * Not for an execution that only reads and succeeded: nothing changed. Not for an unhealthy
   * release: the watch notifies of a change of health itself, once.
   */
  boolean applies(EndedExecution ended) {
    boolean read =
        ended.ending() == Ending.DONE
            && ended.machine().filter(machine -> machine.onlyReads(ended.request())).isPresent();
    return !read && !ended.state().error().equals("Unhealthy") && !isRepeated(ended);
  }

  /**
   * A watch that cannot read the instance fails every few minutes for the same reason. Only the
   * first failure is worth a notification.
   */
  private boolean isRepeated(EndedExecution ended) {
    if (ended.machine().filter(DeployerMachine.WATCH::equals).isEmpty()) {
      return false;
    }
    ExecutionState.Finished state = ended.state();
    return earlier.of(state.stateMachine()).stream()
        .dropWhile(run -> !run.equals(ended.arn()))
        .skip(1)
        .map(executions::describe)
        .filter(ExecutionState.Finished.class::isInstance)
        .map(ExecutionState.Finished.class::cast)
        .filter(run -> subject(run).equals(subject(state)))
        .findFirst()
        .map(run -> run.status().equals(state.status()) && run.error().equals(state.error()))
        .orElse(false);
  }

  private static List<String> subject(ExecutionState.Finished run) {
    ObjectNode input = Json.object(run.input()).orElseGet(Json::object);
    return List.of(input.path("environment").asText(), input.path("operation").asText());
  }
}
