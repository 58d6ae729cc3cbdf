package cryptorobot.deployer.step;

import cryptorobot.deployer.ports.ExecutionState;

/** How an execution ended, as far as its own word can be trusted. */
enum Ending {
  /** It reached one of its good ends. */
  DONE,
  /** The request was wrong and nothing was touched. */
  REFUSED,
  /** It failed, and says itself what serves. */
  FAILED,
  /** The way back failed too. */
  BROKEN,
  /** It was ended from outside, or by a fault of the definition: it could not say what serves. */
  INTERRUPTED;

  static Ending of(ExecutionState.Finished execution) {
    if (execution.status().equals("SUCCEEDED")) {
      return DONE;
    }
    if (!execution.status().equals("FAILED")) {
      return INTERRUPTED;
    }
    // The names of the Fail states; any other error, such as States.Runtime, is no state's own.
    return switch (execution.error()) {
      case "RequestRefused" -> REFUSED;
      case "DeploymentFailed",
          "RolledBack",
          "PowerFailed",
          "StartedUnhealthy",
          "Unhealthy",
          "WatchFailed",
          "MigrationFailed",
          "CutoverUndone" ->
          FAILED;
      case "RollbackFailed" -> BROKEN;
      default -> INTERRUPTED;
    };
  }

  /** Whether the instance must be asked what serves. */
  boolean needsTruth() {
    return switch (this) {
      case DONE, REFUSED, FAILED -> false;
      case BROKEN, INTERRUPTED -> true;
    };
  }
}
