package cryptorobot.localcloud.stepfunctions.engine;

import java.util.List;

/**
 * The matching rules of {@code ErrorEquals}.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">
 *     Handling errors</a>
 */
final class ErrorNames {
  static final String DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";
  static final String NO_CHOICE_MATCHED = "States.NoChoiceMatched";
  static final String QUERY_EVALUATION_ERROR = "States.QueryEvaluationError";
  static final String RUNTIME = "States.Runtime";
  static final String TASK_FAILED = "States.TaskFailed";
  static final String TIMEOUT = "States.Timeout";

  private static final String ALL = "States.ALL";
  private static final String BRANCH_FAILED = "States.BranchFailed";

  /** The origin of an error, which its name does not contain. */
  enum Origin {
    PLAIN,
    /** A branch of a Parallel failed: States.BranchFailed also matches. */
    BRANCH
  }

  private ErrorNames() {}

  static boolean match(List<String> errorEquals, String error, Origin origin) {
    return errorEquals.stream().anyMatch(name -> matches(name, error, origin));
  }

  private static boolean matches(String name, String error, Origin origin) {
    if (error.equals(RUNTIME)) {
      return false;
    }
    boolean wildcardMayMatch = !error.equals(DATA_LIMIT_EXCEEDED);
    return switch (name) {
      case ALL -> wildcardMayMatch;
      case TASK_FAILED -> error.equals(TASK_FAILED) || (wildcardMayMatch && !error.equals(TIMEOUT));
      case BRANCH_FAILED ->
          error.equals(BRANCH_FAILED) || (wildcardMayMatch && origin == Origin.BRANCH);
      default -> name.equals(error);
    };
  }
}
