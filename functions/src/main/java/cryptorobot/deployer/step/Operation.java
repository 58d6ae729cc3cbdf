package cryptorobot.deployer.step;

/** What a deploy request asks for; the schema describes each. */
enum Operation {
  DEPLOY,
  ROLLBACK,
  RESTART,
  ROTATE_KEYS,
  ROTATE_CERTIFICATE,
  PLAN,
  STATUS;

  /** Whether a commit is looked up; everything else is about a release that is there. */
  boolean needsRepository() {
    return switch (this) {
      case DEPLOY, PLAN -> true;
      case ROLLBACK, RESTART, ROTATE_KEYS, ROTATE_CERTIFICATE, STATUS -> false;
    };
  }

  /** Whether a release that is there is made anew, with what the request names. */
  boolean changesARelease() {
    return switch (this) {
      case ROLLBACK, ROTATE_KEYS -> true;
      case DEPLOY, RESTART, ROTATE_CERTIFICATE, PLAN, STATUS -> false;
    };
  }

  /** Whether a stopped instance is started for it: what only reads leaves the power as it is. */
  boolean startsInstance() {
    return switch (this) {
      case DEPLOY, ROLLBACK, RESTART, ROTATE_KEYS, ROTATE_CERTIFICATE -> true;
      case PLAN, STATUS -> false;
    };
  }
}
