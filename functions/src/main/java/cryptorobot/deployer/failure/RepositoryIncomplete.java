package cryptorobot.deployer.failure;

/** The repository lacks an object of the commit: it is a partial clone, or damaged. */
public final class RepositoryIncomplete extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public RepositoryIncomplete(String message) {
    super(message);
  }
}
