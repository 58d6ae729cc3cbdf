package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * The end of an execution.
 *
 * @param status any status except RUNNING
 * @param output present if it succeeded
 */
public record Ended(
    Status status,
    Instant at,
    Optional<JsonNode> output,
    Optional<String> error,
    Optional<String> cause) {
  public Ended {
    requireNonNull(at, "at is null");
    if (status == Status.RUNNING || output.isPresent() != (status == Status.SUCCEEDED)) {
      throw new IllegalArgumentException("an end is not " + status + " with output " + output);
    }
  }
}
