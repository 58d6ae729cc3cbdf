package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

/** What the secret store holds under a name and version. */
public sealed interface StoredSecret {

  /** The store has it, as text. */
  record Present(Secret text) implements StoredSecret {
    public Present {
      requireNonNull(text, "text is null");
    }
  }

  /**
   * The store answered that it is not there, or that it is not text; {@code why} names no content.
   */
  record Missing(String why) implements StoredSecret {
    public Missing {
      requireNonNull(why, "why is null");
    }
  }
}
