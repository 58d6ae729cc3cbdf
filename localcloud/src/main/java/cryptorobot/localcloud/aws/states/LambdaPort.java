package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import java.util.Objects;
import java.util.Optional;

/** The engine's access to Lambda. */
public interface LambdaPort {
  /**
   * Invokes a function and waits for it.
   *
   * @throws TaskFailure if Lambda itself refuses or fails, with the error name of Step Functions:
   *     {@code Lambda.<exception>}
   */
  Result invoke(String functionName, byte[] payload) throws TaskFailure, InterruptedException;

  /**
   * The response of Lambda.
   *
   * @param functionError present if the function failed
   */
  record Result(
      int statusCode, String executedVersion, Optional<String> functionError, byte[] payload) {
    public Result {
      Objects.requireNonNull(executedVersion, "executedVersion is null");
      Objects.requireNonNull(functionError, "functionError is null");
      Objects.requireNonNull(payload, "payload is null");
    }
  }
}
