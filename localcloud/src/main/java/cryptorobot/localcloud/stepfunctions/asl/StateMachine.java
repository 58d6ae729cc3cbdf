package cryptorobot.localcloud.stepfunctions.asl;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * A whole definition.
 *
 * @param timeout how long an execution may run in all; empty means AWS's own limit of one year
 */
public record StateMachine(Flow flow, Optional<Duration> timeout) {
  public StateMachine {
    requireNonNull(flow, "flow is null");
    requireNonNull(timeout, "timeout is null");
  }
}
