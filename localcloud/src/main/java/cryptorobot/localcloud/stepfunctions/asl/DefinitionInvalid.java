package cryptorobot.localcloud.stepfunctions.asl;

/**
 * A definition was refused. The message contains the JSON path, what was found, and what is
 * allowed.
 */
public final class DefinitionInvalid extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;

  DefinitionInvalid(String path, String found, String allowed) {
    super(path + ": found " + found + "; allowed: " + allowed);
    this.path = path;
  }

  /** The JSON path, for example {@code $.States.Deploy.Retry[0].MaxAttempts}. */
  public String path() {
    return path;
  }
}
