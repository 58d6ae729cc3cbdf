package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An attempt of a Task state.
 *
 * @param resource as in the definition
 * @param arguments the evaluated arguments
 */
public record TaskCall(String resource, JsonNode arguments) {
  public TaskCall {
    requireNonNull(resource, "resource is null");
    requireNonNull(arguments, "arguments is null");
  }
}
