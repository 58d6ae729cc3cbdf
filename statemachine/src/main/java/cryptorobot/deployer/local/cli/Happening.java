package cryptorobot.deployer.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One thing that happens in an execution and that a person wants to see. */
sealed interface Happening {

  /** The name of the state it happens in. */
  String state();

  /**
   * A state began.
   *
   * @param visit tells this visit of the state from another one
   */
  record Started(long visit, String state, Instant at) implements Happening {}

  /** A task failed in a way that is worth another try, and is tried again. */
  record Retried(long visit, String state, String error, String cause) implements Happening {}

  /**
   * A state ended.
   *
   * @param failure what failed in it, where that was caught
   */
  record Ended(long visit, String state, Duration took, Optional<String> failure)
      implements Happening {}
}
