package cryptorobot.deployer.failure;

/** The git server refused the credentials of the repository secret, or asks for some. */
public final class LoginRefused extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public LoginRefused(String message) {
    super(message);
  }
}
