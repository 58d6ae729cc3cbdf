package cryptorobot.deployer.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One attempt of a Task state.
 *
 * @param resource as written in the definition
 * @param arguments already evaluated
 * @param taskToken present for {@code .waitForTaskToken}
 */
public record TaskCall(String resource, JsonNode arguments, Optional<String> taskToken) {
  public TaskCall {
    requireNonNull(resource, "resource is null");
    requireNonNull(arguments, "arguments is null");
    requireNonNull(taskToken, "taskToken is null");
  }
}
