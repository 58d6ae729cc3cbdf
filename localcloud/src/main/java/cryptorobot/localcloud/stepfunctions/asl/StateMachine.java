package cryptorobot.localcloud.stepfunctions.asl;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * A complete definition.
 *
 * @param timeout the time limit of an execution; empty means AWS's limit of one year
 */
public record StateMachine(Flow flow, Optional<Duration> timeout) {
  public StateMachine {
    requireNonNull(flow, "flow is null");
    requireNonNull(timeout, "timeout is null");
  }
}
