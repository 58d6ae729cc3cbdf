package cryptorobot.deployer.contract;

/** In whose name the adapters call. */
enum Principal {
  /** May do everything. */
  OPERATOR,
  /** Has no right to anything; for targets that deny. */
  UNPRIVILEGED,
  /** Is throttled at every call; for targets that throttle. */
  THROTTLED
}
