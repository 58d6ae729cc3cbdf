package cryptorobot.deployer.step;

/** The phases of a migration from containers; the schema describes each of them. */
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

  /** Whether the phase starts a stopped instance. A phase that only reads does not. */
  boolean startsInstance() {
    return this != STATUS;
  }
}
