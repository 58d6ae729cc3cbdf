package cryptorobot.deployer.step;

/** What a deploy request asks for; the schema describes each. */
enum Operation {
  DEPLOY,
  ROLLBACK,
  RESTART,
  ROTATE_KEYS,
  PLAN,
  STATUS;

  /** Whether a commit is fetched; rotating the keys fetches the serving one into a new release. */
  boolean needsRepository() {
    return switch (this) {
      case DEPLOY, PLAN, ROTATE_KEYS -> true;
      case ROLLBACK, RESTART, STATUS -> false;
    };
  }

  /** Whether a stopped instance is started for it: what only reads leaves the power as it is. */
  boolean startsInstance() {
    return switch (this) {
      case DEPLOY, ROLLBACK, RESTART, ROTATE_KEYS -> true;
      case PLAN, STATUS -> false;
    };
  }
}
