package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An attempt of a Task state.
 *
 * @param resource as in the definition
 * @param arguments the evaluated arguments
 * @param roleArn the role of the state machine, which makes the call
 */
public record TaskCall(String resource, JsonNode arguments, String roleArn) {
  public TaskCall {
    requireNonNull(roleArn, "roleArn is null");
    requireNonNull(resource, "resource is null");
    requireNonNull(arguments, "arguments is null");
  }
}
