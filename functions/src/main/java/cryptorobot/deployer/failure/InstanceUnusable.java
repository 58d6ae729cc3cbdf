package cryptorobot.deployer.failure;

/** The instance can never run a step: terminated, or its agent is too old. */
public final class InstanceUnusable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public InstanceUnusable(String message) {
    super(message);
  }
}
