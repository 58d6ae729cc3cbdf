package cryptorobot.deployer.failure;

/** A parameter of a host step was refused, by Systems Manager's pattern or by the step itself. */
public final class InvalidParameter extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public InvalidParameter(String message) {
    super(message);
  }
}
