package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

/** A task failed with an error name that Retry and Catch can match. */
public final class TaskFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String error;
  private final String cause;

  /**
   * @param error for a Lambda function the {@code errorType} it reported
   * @param cause for a Lambda function the JSON it reported
   */
  public TaskFailure(String error, String cause) {
    super(error + ": " + cause);
    this.error = requireNonNull(error, "error is null");
    this.cause = requireNonNull(cause, "cause is null");
  }

  public String error() {
    return error;
  }

  public String cause() {
    return cause;
  }
}
