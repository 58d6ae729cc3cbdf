package cryptorobot.deployer.contract;

/** The credentials that the adapters use. */
enum Principal {
  /** May do everything. */
  OPERATOR,
  /** Has no rights. For targets that deny. */
  UNPRIVILEGED,
  /** Is throttled at every call. For targets that throttle. */
  THROTTLED
}
