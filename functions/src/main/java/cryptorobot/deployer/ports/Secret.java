package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

/**
 * A text that must not be seen: it prints as {@code [redacted]} and leaves only by {@link #reveal}.
 *
 * <p>Not a record, because a record would print, compare and serialize what it holds.
 */
public final class Secret {

  private final String value;

  public Secret(String value) {
    this.value = requireNonNull(value, "value is null");
  }

  /** The text itself, for the code that judges or uses it; never for a message. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "[redacted]";
  }
}
