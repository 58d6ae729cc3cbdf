package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Execution;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.util.List;
import java.util.Optional;

/** The result (if ended) and the history of an execution. */
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
