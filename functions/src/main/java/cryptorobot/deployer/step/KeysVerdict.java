package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

/** Whether a release gets the keys. */
sealed interface KeysVerdict {

  /** The keys look as keys do. Whether the exchange takes them only the exchange can say. */
  record Live() implements KeysVerdict {}

  /** They do not; {@code reason} names the key, never a value. */
  record Simulation(String reason) implements KeysVerdict {
    public Simulation {
      requireNonNull(reason, "reason is null");
    }
  }
}
