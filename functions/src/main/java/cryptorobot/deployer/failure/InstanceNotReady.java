package cryptorobot.deployer.failure;

/** The instance or its agent is still on the way up. Retried by the state machine. */
public final class InstanceNotReady extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public InstanceNotReady(String message) {
    super(message);
  }
}
