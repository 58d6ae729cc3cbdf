package cryptorobot.deployer.failure;

/** requirements.txt is missing, empty or malformed; the message has the line number. */
public final class RequirementsInvalid extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public RequirementsInvalid(String message) {
    super(message);
  }
}
