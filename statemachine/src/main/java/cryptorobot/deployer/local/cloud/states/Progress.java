package cryptorobot.deployer.local.cloud.states;

import cryptorobot.deployer.engine.Ended;
import cryptorobot.deployer.engine.Execution;
import cryptorobot.deployer.engine.HistoryEvent;
import cryptorobot.deployer.engine.Status;
import java.util.List;
import java.util.Optional;

/** How far an execution has come. */
record Progress(Optional<Ended> ended, List<HistoryEvent> history) {
  Progress {
    history = List.copyOf(history);
  }

  static Progress of(Execution execution) {
    Optional<Ended> ended = execution.ended();
    return new Progress(ended, execution.history());
  }

  Status status() {
    return ended.map(Ended::status).orElse(Status.RUNNING);
  }
}
