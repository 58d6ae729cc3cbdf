package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.stepfunctions.engine.Execution;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** An execution that runs in the engine or was read from its file. */
record StoredExecution(Started started, Optional<Execution> live, Supplier<Progress> source) {
  StoredExecution {
    Objects.requireNonNull(started, "started is null");
    Objects.requireNonNull(source, "source is null");
  }

  static StoredExecution live(Started started, Execution execution) {
    return new StoredExecution(started, Optional.of(execution), () -> Progress.of(execution));
  }

  static StoredExecution past(Started started, Progress progress) {
    return new StoredExecution(started, Optional.empty(), () -> progress);
  }

  Progress progress() {
    return source.get();
  }
}
