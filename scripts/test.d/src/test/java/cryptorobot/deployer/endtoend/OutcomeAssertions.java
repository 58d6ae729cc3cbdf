package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;

/**
 * Compares what an execution, its notice and {@code scripts/local} report with the state of the
 * instance.
 */
final class OutcomeAssertions {
  private OutcomeAssertions() {}

  /**
   * How an execution ended, in a word, after asserting that every report of it is true.
   *
   * @param before what served when it was started
   * @param now what serves since
   */
  static String of(ExecutionHandle run, String environment, Whole before, Whole now) {
    JsonNode end = run.awaitEnd();
    JsonNode notice = run.notice(environment);
    String status = end.path("status").asText();
    assertEquals(status, notice.path("status").asText(), notice::toString);
    int exit =
        switch (status) {
          case "SUCCEEDED" -> 0;
          case "FAILED" -> end.path("error").asText().equals("RollbackFailed") ? 3 : 1;
          // The client reads from the instance what serves.
          default -> 1;
        };
    var followed = LocalCommand.run("follow", run.arn()).exits(exit);
    if (!status.equals("FAILED")) {
      followed.prints(now.release());
    }
    return switch (status) {
      case "SUCCEEDED" ->
          succeeded(TestEnvironment.parse(end.path("output").asText()), notice, now);
      case "FAILED" -> failed(end, notice, before, now);
      default -> interrupted(status, notice, before, now);
    };
  }

  private static String succeeded(JsonNode output, JsonNode notice, Whole now) {
    assertEquals(now.release(), output.path("release").asText(), output::toString);
    assertEquals(now.release(), notice.path("release").asText(), notice::toString);
    return output.path("outcome").asText();
  }

  private static String failed(JsonNode end, JsonNode notice, Whole before, Whole now) {
    String error = end.path("error").asText();
    String cause = end.path("cause").asText();
    assertEquals(error, notice.path("outcome").asText(), notice::toString);
    switch (error) {
      case "DeploymentFailed" -> {
        assertTrue(
            cause.contains("Now: release " + before.release() + " serves")
                || cause.contains("Now: what served before"),
            cause);
        assertTrue(
            now.continuesAs(before),
            () -> "the same processes still serve: " + before + ", " + now);
      }
      case "RolledBack" -> {
        assertTrue(cause.contains("Now: release " + now.release() + " serves again"), cause);
        assertEquals(before.release(), now.release(), cause);
      }
      case "RollbackFailed" -> assertTrue(cause.contains("A person is needed"), cause);
      default -> throw new AssertionError("ended in an unknown way: " + end);
    }
    return error;
  }

  /** The notice was written at a moment between the two readings. */
  private static String interrupted(String status, JsonNode notice, Whole before, Whole now) {
    assertTrue(notice.path("read_back").asBoolean(), notice::toString);
    assertTrue(
        List.of(before.revision(), now.revision())
            .contains(notice.at("/serving/revision").asText()),
        () -> "what serves is neither " + before + " nor " + now + ": " + notice);
    String next = notice.path("next").asText();
    String release = notice.at("/serving/release").asText();
    assertTrue(next.contains("release " + release + " serves"), notice::toString);
    assertTrue(
        next.contains("start again: the new execution takes over the lock"), notice::toString);
    return status;
  }
}
