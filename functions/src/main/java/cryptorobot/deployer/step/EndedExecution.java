package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import java.util.Optional;

/**
 * An execution that has ended.
 *
 * @param machine the state machine, empty if it is not one of this deployer's
 * @param request the input with its defaults. It has only the environment, or no field, if the
 *     state machine refused the input or is not one of this deployer's
 */
record EndedExecution(
    String arn,
    ExecutionState.Finished state,
    Ending ending,
    Optional<DeployerMachine> machine,
    ObjectNode request) {

  static EndedExecution of(String arn, ExecutionState.Finished state) {
    Optional<DeployerMachine> machine = DeployerMachine.named(state.stateMachine());
    ObjectNode input = Json.object(state.input()).orElseGet(Json::object);
    return new EndedExecution(arn, state, Ending.of(state), machine, request(machine, input));
  }

  /**
   * Waits for the service to report the end, which it does some time after the event.
   *
   * @param status the status in the event
   */
  static EndedExecution await(Executions executions, String arn, String status, PollBudget budget) {
    if (status.equals("RUNNING") || status.equals("PENDING_REDRIVE")) {
      throw new InvalidRequest("$.detail.status", status, "the status of an ended execution");
    }
    while (true) {
      switch (executions.describe(arn)) {
        case ExecutionState.Finished state -> {
          return of(arn, state);
        }
        case ExecutionState.Alive _, ExecutionState.Unknown _ -> {
          if (!budget.pause()) {
            throw new AwsUnavailable("Step Functions does not report the end of " + arn);
          }
        }
      }
    }
  }

  private static ObjectNode request(Optional<DeployerMachine> machine, ObjectNode input) {
    try {
      if (machine.isPresent()) {
        return machine.get().accept(input);
      }
    } catch (InvalidRequest e) {
      // The report still names the environment, if it can be read.
    }
    return input.has("environment") ? environment(input) : Json.object();
  }

  private static ObjectNode environment(ObjectNode input) {
    try {
      return DeployerMachine.DEPLOY
          .accept(input.deepCopy().retain("environment"))
          .retain("environment");
    } catch (InvalidRequest e) {
      return Json.object();
    }
  }

  String environment() {
    return request.path("environment").asText();
  }
}
