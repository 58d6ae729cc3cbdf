package cryptorobot.deployer.ports;

import java.util.List;

/** What a state machine has run lately. */
public interface EarlierRuns {

  /** The ARNs of its executions, the newest first; at most a hundred. */
  List<String> of(String stateMachine);
}
