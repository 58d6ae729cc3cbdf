package cryptorobot.deployer.ports;

/** The executions of the state machines. */
public interface Executions {

  /** The present state of an execution; {@code Unknown} for a malformed ARN. */
  ExecutionState describe(String executionArn);
}
