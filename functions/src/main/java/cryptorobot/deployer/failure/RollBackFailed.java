package cryptorobot.deployer.failure;

/** The previous release could not be made to serve again: a person is needed. */
public final class RollBackFailed extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public RollBackFailed(String message) {
    super(message);
  }
}
