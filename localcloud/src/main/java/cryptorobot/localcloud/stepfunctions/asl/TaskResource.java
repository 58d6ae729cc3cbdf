package cryptorobot.localcloud.stepfunctions.asl;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a Task state runs. */
public record TaskResource(String arn, Kind kind) {
  /** How the work is asked for, which decides the names of its history events. */
  public enum Kind {
    /** The optimised integration: arguments name the function, the result wraps its payload. */
    LAMBDA_INVOKE,
    /** The ARN is the function's own: arguments are its payload, the result is what it returned. */
    LAMBDA_FUNCTION,
    /** Starts an execution of another state machine and waits for its end. */
    START_EXECUTION
  }

  static final String ALLOWED =
      "arn:aws:states:::lambda:invoke, arn:aws:states:::states:startExecution.sync:2, or the ARN of"
          + " a Lambda function";

  private static final Pattern START =
      Pattern.compile("arn:aws(-[a-z-]+)?:states:::states:startExecution\\.sync:2");

  private static final Pattern INVOKE =
      Pattern.compile("arn:aws(-[a-z-]+)?:states:::lambda:invoke");
  private static final Pattern FUNCTION =
      Pattern.compile(
          "arn:aws(-[a-z-]+)?:lambda:[a-z0-9-]+:\\d{12}:function:[A-Za-z0-9_-]{1,64}"
              + "(:[A-Za-z0-9$_-]{1,128})?");

  static Optional<TaskResource> of(String arn) {
    if (INVOKE.matcher(arn).matches()) {
      return Optional.of(new TaskResource(arn, Kind.LAMBDA_INVOKE));
    }
    if (START.matcher(arn).matches()) {
      return Optional.of(new TaskResource(arn, Kind.START_EXECUTION));
    }
    return FUNCTION.matcher(arn).matches()
        ? Optional.of(new TaskResource(arn, Kind.LAMBDA_FUNCTION))
        : Optional.empty();
  }
}
