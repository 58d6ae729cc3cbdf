package cryptorobot.deployer.failure;

/** AWS refused an action to the function's role, or the role has no valid credentials. */
public final class AccessDenied extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public AccessDenied(String message) {
    super(message);
  }
}
