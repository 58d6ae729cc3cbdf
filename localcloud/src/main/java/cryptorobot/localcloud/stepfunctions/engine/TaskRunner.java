package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;

/** Does the work of Task states. */
@FunctionalInterface
public interface TaskRunner {
  /**
   * Runs one attempt on a thread of its own, which is interrupted when the attempt times out or the
   * execution is stopped; what it returns or throws after that is ignored.
   *
   * @return for {@code lambda:invoke} the answer with {@code ExecutedVersion}, {@code Payload} and
   *     {@code StatusCode}; for a function's own ARN what the function returned
   * @throws TaskFailure with the error name that Retry and Catch shall see
   */
  JsonNode run(TaskCall call) throws TaskFailure, InterruptedException;
}
