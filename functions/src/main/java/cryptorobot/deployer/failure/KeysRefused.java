package cryptorobot.deployer.failure;

/** The keys' content is bad and the request says to refuse rather than simulate. */
public final class KeysRefused extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public KeysRefused(String message) {
    super(message);
  }
}
