package cryptorobot.deployer.ports;

/** The power states of an instance, as EC2 has them. */
public enum PowerState {
  PENDING,
  RUNNING,
  STOPPING,
  STOPPED,
  SHUTTING_DOWN,
  TERMINATED;

  /** Whether the instance is gone for good: it stays listed for about an hour after its end. */
  public boolean isGone() {
    return this == SHUTTING_DOWN || this == TERMINATED;
  }
}
