package cryptorobot.deployer.asl;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a Task state runs. */
public record Resource(String arn, Kind kind) {
  /** How the work is asked for, which decides the names of its history events. */
  public enum Kind {
    /** The optimised integration: arguments name the function, the result wraps its payload. */
    LAMBDA_INVOKE,
    /** The same, and then waits until someone hands the task token back. */
    LAMBDA_INVOKE_WITH_TOKEN,
    /** The ARN is the function's own: arguments are its payload, the result is what it returned. */
    LAMBDA_FUNCTION,
    /** Starts an execution of another state machine and waits for its end. */
    START_EXECUTION
  }

  static final String ALLOWED =
      "arn:aws:states:::lambda:invoke, arn:aws:states:::lambda:invoke.waitForTaskToken,"
          + " arn:aws:states:::states:startExecution.sync:2, or the ARN of a Lambda function";

  private static final Pattern START =
      Pattern.compile("arn:aws(-[a-z-]+)?:states:::states:startExecution\\.sync:2");

  private static final Pattern INVOKE =
      Pattern.compile("arn:aws(-[a-z-]+)?:states:::lambda:invoke(?<token>\\.waitForTaskToken)?");
  private static final Pattern FUNCTION =
      Pattern.compile(
          "arn:aws(-[a-z-]+)?:lambda:[a-z0-9-]+:\\d{12}:function:[A-Za-z0-9_-]{1,64}"
              + "(:[A-Za-z0-9$_-]{1,128})?");

  static Optional<Resource> of(String arn) {
    var invoke = INVOKE.matcher(arn);
    if (invoke.matches()) {
      var kind = invoke.group("token") == null ? Kind.LAMBDA_INVOKE : Kind.LAMBDA_INVOKE_WITH_TOKEN;
      return Optional.of(new Resource(arn, kind));
    }
    if (START.matcher(arn).matches()) {
      return Optional.of(new Resource(arn, Kind.START_EXECUTION));
    }
    return FUNCTION.matcher(arn).matches()
        ? Optional.of(new Resource(arn, Kind.LAMBDA_FUNCTION))
        : Optional.empty();
  }

  /** Whether the task ends only when its token comes back. */
  public boolean waitsForToken() {
    return kind == Kind.LAMBDA_INVOKE_WITH_TOKEN;
  }
}
