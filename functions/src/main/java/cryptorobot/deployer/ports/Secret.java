package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

/**
 * A secret string. It prints as {@code [redacted]}; only {@link #reveal} returns the value.
 *
 * <p>Not a record, because a record would print, compare and serialize the value.
 */
public final class Secret {

  private final String value;

  public Secret(String value) {
    this.value = requireNonNull(value, "value is null");
  }

  /** The value, for code that validates or uses it. Never put it into a message. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "[redacted]";
  }
}
