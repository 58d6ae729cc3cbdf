package cryptorobot.deployer.failure;

/** No instance bears the environment's tag, or the instance id is unknown. */
public final class InstanceNotFound extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public InstanceNotFound(String message) {
    super(message);
  }
}
