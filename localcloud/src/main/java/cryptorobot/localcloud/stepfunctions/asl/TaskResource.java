package cryptorobot.localcloud.stepfunctions.asl;

import java.util.Optional;
import java.util.regex.Pattern;

/** The service integration of a Task state. */
public record TaskResource(String arn, Kind kind) {
  /** The integrations that are implemented. */
  public enum Kind {
    /** Arguments name the function; the result wraps its payload. */
    LAMBDA_INVOKE,
    /** Starts an execution of another state machine and waits for its end. */
    START_EXECUTION
  }

  static final String ALLOWED =
      "arn:aws:states:::lambda:invoke, or arn:aws:states:::states:startExecution.sync:2";

  private static final Pattern START =
      Pattern.compile("arn:aws(-[a-z-]+)?:states:::states:startExecution\\.sync:2");
  private static final Pattern INVOKE =
      Pattern.compile("arn:aws(-[a-z-]+)?:states:::lambda:invoke");

  static Optional<TaskResource> of(String arn) {
    if (INVOKE.matcher(arn).matches()) {
      return Optional.of(new TaskResource(arn, Kind.LAMBDA_INVOKE));
    }
    return START.matcher(arn).matches()
        ? Optional.of(new TaskResource(arn, Kind.START_EXECUTION))
        : Optional.empty();
  }
}
