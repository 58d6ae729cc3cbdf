package cryptorobot.localcloud.machines;

/** An instance could not be created, changed or found. The message describes the fix. */
public final class FleetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FleetException(String message) {
    super(message);
  }

  public FleetException(String message, Throwable cause) {
    super(message, cause);
  }
}
