package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

/** An execution of a state machine as the service describes it. */
public sealed interface ExecutionState {

  /** Under way, or waiting to be: it may still act. */
  record Alive(String status) implements ExecutionState {
    public Alive {
      requireNonNull(status, "status is null");
    }
  }

  /**
   * At its end. Texts the service does not give are empty.
   *
   * @param status SUCCEEDED, FAILED, TIMED_OUT or ABORTED
   * @param input the JSON text it was started with
   * @param output the JSON text it ended with
   */
  record Finished(
      String status,
      String stateMachine,
      String name,
      String input,
      String output,
      String error,
      String cause)
      implements ExecutionState {
    public Finished {
      requireNonNull(status, "status is null");
      requireNonNull(stateMachine, "stateMachine is null");
      requireNonNull(name, "name is null");
      requireNonNull(input, "input is null");
      requireNonNull(output, "output is null");
      requireNonNull(error, "error is null");
      requireNonNull(cause, "cause is null");
    }
  }

  /** The service knows no such execution; no proof of an end, so it counts as alive. */
  record Unknown() implements ExecutionState {}
}
