package cryptorobot.deployer.step;

/** How far a migration from containers is to go; the schema describes each. */
enum MigrationPhase {
  PREPARE,
  PARALLEL,
  CUTOVER,
  CLEANUP,
  UNDO,
  STATUS;

  /** Whether the phase deploys. */
  boolean deploys() {
    return switch (this) {
      case PARALLEL, CUTOVER -> true;
      case PREPARE, CLEANUP, UNDO, STATUS -> false;
    };
  }

  /** Whether a stopped instance is started for it: what only reads leaves the power as it is. */
  boolean startsInstance() {
    return this != STATUS;
  }
}
