package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.stepfunctions.asl.StateMachine;

/**
 * The parameters of an execution.
 *
 * @param input at most 262,144 bytes as JSON
 */
public record ExecutionRequest(
    String executionArn,
    String name,
    String stateMachineArn,
    String roleArn,
    JsonNode input,
    StateMachine definition) {
  public ExecutionRequest {
    requireNonNull(executionArn, "executionArn is null");
    requireNonNull(name, "name is null");
    requireNonNull(stateMachineArn, "stateMachineArn is null");
    requireNonNull(roleArn, "roleArn is null");
    requireNonNull(definition, "definition is null");
    if (!Payload.fits(requireNonNull(input, "input is null"))) {
      throw new IllegalArgumentException(
          "the input is larger than " + Payload.MOST_BYTES + " bytes");
    }
  }
}
