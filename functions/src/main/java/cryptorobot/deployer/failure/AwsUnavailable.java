package cryptorobot.deployer.failure;

/** AWS throttled, answered 5xx or could not be reached. Worth a retry. */
public final class AwsUnavailable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public AwsUnavailable(String message) {
    super(message);
  }
}
