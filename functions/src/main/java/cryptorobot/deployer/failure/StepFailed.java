package cryptorobot.deployer.failure;

/** The host step ended in a way nothing foresaw; the message names the step and its evidence. */
public final class StepFailed extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public StepFailed(String message) {
    super(message);
  }
}
