package cryptorobot.deployer.local.cli;

/** What the end of an execution means for whoever asked for it. */
enum Outcome {
  /** Done, or there was nothing to do. */
  SUCCEEDED,
  /** The request was wrong; nothing was touched. */
  REFUSED,
  /** It failed in order: what served before serves, or nothing is half there. */
  FAILED,
  /** The way back failed as well. */
  PERSON_NEEDED,
  /** It ended where the state machine could not say what is now; the instance has to be asked. */
  UNKNOWN;

  static Outcome of(Standing ended) {
    return switch (ended.status()) {
      case "SUCCEEDED" -> SUCCEEDED;
      case "FAILED" ->
          switch (ended.error()) {
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
            case "RollbackFailed" -> PERSON_NEEDED;
            default -> UNKNOWN;
          };
      default -> UNKNOWN;
    };
  }

  /**
   * The exit code.
   *
   * @param readable whether the instance said what serves now; asked only when it is not known
   */
  ExitCode exitCode(java.util.function.BooleanSupplier readable) {
    return switch (this) {
      case SUCCEEDED -> ExitCode.DONE;
      case REFUSED -> ExitCode.REFUSED;
      case FAILED -> ExitCode.FAILED;
      case PERSON_NEEDED -> ExitCode.PERSON_NEEDED;
      case UNKNOWN -> readable.getAsBoolean() ? ExitCode.FAILED : ExitCode.PERSON_NEEDED;
    };
  }
}
