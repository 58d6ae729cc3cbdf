package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import java.util.Objects;
import java.util.Optional;

/** How the engine reaches Lambda: the functions here, or a Lambda elsewhere. */
public interface LambdaPort {
  /**
   * Invokes a function and waits for it.
   *
   * @throws TaskFailure when Lambda itself refuses or fails, under the name that Step Functions
   *     gives it: {@code Lambda.<exception>}
   */
  Answered invoke(String functionName, byte[] payload) throws TaskFailure, InterruptedException;

  /**
   * What Lambda answered.
   *
   * @param functionError present when the function failed
   */
  record Answered(
      int statusCode, String executedVersion, Optional<String> functionError, byte[] payload) {
    public Answered {
      Objects.requireNonNull(executedVersion, "executedVersion is null");
      Objects.requireNonNull(functionError, "functionError is null");
      Objects.requireNonNull(payload, "payload is null");
    }
  }
}
