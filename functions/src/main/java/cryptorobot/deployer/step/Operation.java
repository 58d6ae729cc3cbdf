package cryptorobot.deployer.step;

/** The operation of a deploy request; the schema describes each. What only reads is a watch. */
enum Operation {
  DEPLOY,
  ROLLBACK,
  RESTART,
  ROTATE_KEYS,
  ROTATE_CERTIFICATE;

  /** Whether a commit is looked up; everything else is about a release that is on the instance. */
  boolean needsRepository() {
    return switch (this) {
      case DEPLOY -> true;
      case ROLLBACK, RESTART, ROTATE_KEYS, ROTATE_CERTIFICATE -> false;
    };
  }

  /** Whether a release that is on the instance is made again, with what the request names. */
  boolean changesARelease() {
    return switch (this) {
      case ROLLBACK, ROTATE_KEYS -> true;
      case DEPLOY, RESTART, ROTATE_CERTIFICATE -> false;
    };
  }
}
