package cryptorobot.deployer.failure;

/** The git server answers, but has no such repository (or does not show it to us). */
public final class RepositoryMissing extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public RepositoryMissing(String message) {
    super(message);
  }
}
