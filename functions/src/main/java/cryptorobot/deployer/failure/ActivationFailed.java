package cryptorobot.deployer.failure;

/** The release was built but could not be made the one that serves. */
public final class ActivationFailed extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public ActivationFailed(String message) {
    super(message);
  }
}
