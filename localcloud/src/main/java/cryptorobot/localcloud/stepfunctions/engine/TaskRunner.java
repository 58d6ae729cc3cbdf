package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;

/** Runs the attempts of Task states. */
@FunctionalInterface
public interface TaskRunner {
  /**
   * Runs an attempt on its own thread. The thread is interrupted if the attempt times out or the
   * execution is stopped; a later result or exception is ignored.
   *
   * @return for {@code lambda:invoke} the response with {@code ExecutedVersion}, {@code Payload}
   *     and {@code StatusCode}
   * @throws TaskFailure with the error name for Retry and Catch
   */
  JsonNode run(TaskCall call) throws TaskFailure, InterruptedException;
}
