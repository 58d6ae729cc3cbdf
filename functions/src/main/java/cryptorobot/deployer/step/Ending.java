package cryptorobot.deployer.step;

import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;

/** How an execution ended, as far as its own result can be trusted. */
enum Ending {
  /** It succeeded. */
  DONE,
  /** The request was refused and nothing was changed. */
  REFUSED,
  /** It failed, and its cause reports what serves. */
  FAILED,
  /** It failed, and so did the rollback. */
  BROKEN,
  /** It was ended externally, or by a fault of the definition, and could not report what serves. */
  INTERRUPTED;

  static Ending of(ExecutionState.Finished execution) {
    return switch (execution.status()) {
      case "SUCCEEDED" -> DONE;
      case "FAILED" -> failed(execution.error());
      default -> INTERRUPTED;
    };
  }

  /**
   * The client's table has the exit code of every Fail state. An error that is not in it, such as
   * {@code States.Runtime}, is not the name of a Fail state.
   */
  private static Ending failed(String error) {
    return switch (Json.resource("/outcomes.json").path("failed").path(error).asInt()) {
      case 1 -> FAILED;
      case 2 -> REFUSED;
      case 3 -> BROKEN;
      default -> INTERRUPTED;
    };
  }

  /** Whether what serves must be read from the instance. */
  boolean needsHostStatus() {
    return switch (this) {
      case DONE, REFUSED, FAILED -> false;
      case BROKEN, INTERRUPTED -> true;
    };
  }
}
