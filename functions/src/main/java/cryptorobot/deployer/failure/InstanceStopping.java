package cryptorobot.deployer.failure;

/** The instance is still on the way down. Retried by the state machine. */
public final class InstanceStopping extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public InstanceStopping(String message) {
    super(message);
  }
}
