package cryptorobot.deployer.failure;

/** The git server did not answer properly, however often it was asked. */
public final class RepositoryUnreachable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public RepositoryUnreachable(String message) {
    super(message);
  }
}
