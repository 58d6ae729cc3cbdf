package cryptorobot.deployer.failure;

/** The git server's name cannot be resolved on the instance. */
public final class NameUnresolvable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public NameUnresolvable(String message) {
    super(message);
  }
}
