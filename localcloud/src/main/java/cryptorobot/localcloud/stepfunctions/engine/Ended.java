package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * How an execution ended.
 *
 * @param status anything but RUNNING
 * @param output present when it succeeded
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
