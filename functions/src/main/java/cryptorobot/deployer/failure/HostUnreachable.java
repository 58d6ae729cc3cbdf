package cryptorobot.deployer.failure;

/**
 * Systems Manager could not deliver the command to the instance, or the agent lost it. Worth a
 * retry.
 */
public final class HostUnreachable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public HostUnreachable(String message) {
    super(message);
  }
}
