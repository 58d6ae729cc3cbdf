package cryptorobot.deployer.failure;

/** The host step still runs; ask again at once. Retried by the state machine, never a failure. */
public final class StepRunning extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public StepRunning(String message) {
    super(message);
  }
}
