package cryptorobot.deployer.failure;

/**
 * The secret service failed or refused, so nothing is known about the keys. Never means bad keys.
 */
public final class KeysUnreadable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public KeysUnreadable(String message) {
    super(message);
  }
}
