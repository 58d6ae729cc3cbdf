package cryptorobot.deployer.failure;

/** The host step used up its execution time and was ended by the agent. */
public final class StepTimedOut extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public StepTimedOut(String message) {
    super(message);
  }
}
