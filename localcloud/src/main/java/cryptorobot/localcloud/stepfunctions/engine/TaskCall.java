package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One attempt of a Task state.
 *
 * @param resource as written in the definition
 * @param arguments already evaluated
 */
public record TaskCall(String resource, JsonNode arguments) {
  public TaskCall {
    requireNonNull(resource, "resource is null");
    requireNonNull(arguments, "arguments is null");
  }
}
