package cryptorobot.deployer.failure;

/**
 * The input was refused before anything was touched: JSON path, what was found, what is allowed.
 */
public final class InvalidRequest extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  /**
   * @param path where in the request, as a JSON path
   * @param found what stands there; the caller keeps secrets out of it
   * @param allowed what may stand there
   */
  public InvalidRequest(String path, String found, String allowed) {
    this(path + ": found " + found + "; allowed: " + allowed);
  }

  public InvalidRequest(String message) {
    super(message);
  }
}
