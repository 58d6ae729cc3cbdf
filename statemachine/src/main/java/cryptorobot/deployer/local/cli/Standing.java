package cryptorobot.deployer.local.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;

/**
 * How an execution stands.
 *
 * @param status RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, as Step Functions says it
 * @param input what it was started with
 * @param output what it ended with; a missing node unless it succeeded
 * @param error the name of its failure; empty unless it failed
 * @param cause a sentence for a person; empty unless it failed
 */
record Standing(
    String execution,
    String status,
    Instant startedAt,
    Optional<Instant> endedAt,
    JsonNode input,
    JsonNode output,
    String error,
    String cause) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Standing {
    requireNonNull(execution, "execution is null");
    requireNonNull(status, "status is null");
    requireNonNull(startedAt, "startedAt is null");
    requireNonNull(input, "input is null");
    requireNonNull(output, "output is null");
    requireNonNull(error, "error is null");
    requireNonNull(cause, "cause is null");
  }

  static Standing of(DescribeExecutionResponse described) {
    return new Standing(
        described.executionArn(),
        described.statusAsString(),
        described.startDate(),
        Optional.ofNullable(described.stopDate()),
        parsed(described.input()),
        parsed(described.output()),
        described.error() == null ? "" : described.error(),
        described.cause() == null ? "" : described.cause());
  }

  boolean running() {
    return status.equals("RUNNING");
  }

  Duration took() {
    return Duration.between(startedAt, endedAt.orElse(startedAt));
  }

  private static JsonNode parsed(String text) {
    try {
      return text == null ? MissingNode.getInstance() : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Step Functions gave no JSON: " + text, e);
    }
  }
}
