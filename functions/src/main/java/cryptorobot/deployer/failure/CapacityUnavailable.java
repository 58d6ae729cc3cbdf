package cryptorobot.deployer.failure;

/** EC2 has no capacity to start the instance now. Worth a slow retry. */
public final class CapacityUnavailable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public CapacityUnavailable(String message) {
    super(message);
  }
}
