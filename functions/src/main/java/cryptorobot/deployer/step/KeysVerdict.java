package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

/** Whether a release gets the keys. */
sealed interface KeysVerdict {

  /** The keys have the form of keys. Only the exchange can decide whether it accepts them. */
  record Live() implements KeysVerdict {}

  /**
   * The keys are missing or not valid. {@code reason} contains the name of the key, never a value.
   */
  record Simulation(String reason) implements KeysVerdict {
    public Simulation {
      requireNonNull(reason, "reason is null");
    }
  }
}
