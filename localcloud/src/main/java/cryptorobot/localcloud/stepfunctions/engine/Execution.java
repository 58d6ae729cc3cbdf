package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An execution of a state machine. Thread-safe. */
public interface Execution {
  ExecutionRequest request();

  Instant startedAt();

  Status status();

  /** Empty while it runs. */
  Optional<Ended> ended();

  /** A snapshot, oldest event first. */
  List<HistoryEvent> history();

  /**
   * Ends it as ABORTED and interrupts its tasks. Does nothing if it has ended. Null means no value.
   */
  void stop(String error, String cause);

  /** Completes when the execution has ended, never exceptionally. */
  CompletableFuture<Ended> done();
}
