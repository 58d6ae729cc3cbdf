package cryptorobot.deployer.ports;

import java.util.List;

/** The latest executions of a state machine. */
public interface EarlierRuns {

  /** The ARNs of its executions, newest first; at most a hundred. */
  List<String> of(String stateMachine);
}
