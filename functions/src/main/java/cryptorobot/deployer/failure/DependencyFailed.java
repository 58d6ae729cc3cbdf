package cryptorobot.deployer.failure;

/** pip could not install a requirement; the message names it. */
public final class DependencyFailed extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public DependencyFailed(String message) {
    super(message);
  }
}
