package cryptorobot.deployer.failure;

/** Another execution, not proven finished, owns the environment. */
public final class Locked extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public Locked(String environment, String owner, String since) {
    super(environment + " is locked by " + owner + " since " + since);
  }
}
