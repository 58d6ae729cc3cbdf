package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

/** An execution of a state machine as the service describes it. */
public sealed interface ExecutionState {

  /** Running, or waiting to run: it may still change the environment. */
  record Alive(String status) implements ExecutionState {
    public Alive {
      requireNonNull(status, "status is null");
    }
  }

  /**
   * Ended. A string that the service does not return is empty.
   *
   * @param status SUCCEEDED, FAILED, TIMED_OUT or ABORTED
   * @param input the JSON it was started with
   * @param output the JSON it ended with
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

  /**
   * The service does not know the execution. This does not prove that it ended, so it counts as
   * alive.
   */
  record Unknown() implements ExecutionState {}
}
