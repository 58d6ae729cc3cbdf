package cryptorobot.deployer.ports;

/** The executions of the state machines. */
public interface Executions {

  /** What the service says of an execution now; a malformed name is {@code Unknown}. */
  ExecutionState describe(String executionArn);
}
