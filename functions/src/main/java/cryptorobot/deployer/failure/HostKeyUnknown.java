package cryptorobot.deployer.failure;

/** The git server's SSH host key is not among the known hosts of the repository secret. */
public final class HostKeyUnknown extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public HostKeyUnknown(String message) {
    super(message);
  }
}
