package cryptorobot.deployer.failure;

/** No release on the instance is the one asked for; the message lists the good ones. */
public final class ReleaseNotFound extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public ReleaseNotFound(String message) {
    super(message);
  }
}
