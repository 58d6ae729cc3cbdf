package cryptorobot.deployer.failure;

/** The release runs, but not well: a unit, a reason and the evidence. */
public final class Unhealthy extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public Unhealthy(String message) {
    super(message);
  }
}
