package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

/** The result of reading one version of a secret. */
public sealed interface StoredSecret {

  /** The store has it as a string. */
  record Present(Secret text) implements StoredSecret {
    public Present {
      requireNonNull(text, "text is null");
    }
  }

  /**
   * The store reported that it does not exist, or that it is not a string. {@code why} never
   * contains the value.
   */
  record Missing(String why) implements StoredSecret {
    public Missing {
      requireNonNull(why, "why is null");
    }
  }
}
