package cryptorobot.deployer.failure;

/** Several instances bear the environment's tag; the message lists them. */
public final class InstanceAmbiguous extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public InstanceAmbiguous(String message) {
    super(message);
  }
}
