package cryptorobot.deployer.failure;

/** The interpreter asked for is not on the instance and cannot be installed. */
public final class PythonMissing extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public PythonMissing(String message) {
    super(message);
  }
}
