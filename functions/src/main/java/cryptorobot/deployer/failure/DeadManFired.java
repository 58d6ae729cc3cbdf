package cryptorobot.deployer.failure;

/** The dead-man switch had already rolled the release back when it was to be confirmed. */
public final class DeadManFired extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public DeadManFired(String message) {
    super(message);
  }
}
