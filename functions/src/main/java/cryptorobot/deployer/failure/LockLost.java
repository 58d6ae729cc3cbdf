package cryptorobot.deployer.failure;

/** This execution no longer owns the environment's lock: the host refused to be changed by it. */
public final class LockLost extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public LockLost(String message) {
    super(message);
  }
}
