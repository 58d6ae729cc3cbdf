package cryptorobot.deployer.ports;

/** The power states of an instance, as EC2 has them. */
public enum PowerState {
  PENDING,
  RUNNING,
  STOPPING,
  STOPPED,
  SHUTTING_DOWN,
  TERMINATED;

  /**
   * Whether the instance is terminated or about to be. EC2 lists it for about an hour after that.
   */
  public boolean isGone() {
    return this == SHUTTING_DOWN || this == TERMINATED;
  }
}
