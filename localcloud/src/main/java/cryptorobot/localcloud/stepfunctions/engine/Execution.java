package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One run of a state machine. Safe for use by any thread. */
public interface Execution {
  ExecutionRequest request();

  Instant startedAt();

  Status status();

  /** Empty while it runs. */
  Optional<Ended> ended();

  /** A snapshot, oldest event first. */
  List<HistoryEvent> history();

  /**
   * Ends it as ABORTED, interrupting its tasks; does nothing when it has ended. Null means absent.
   */
  void stop(String error, String cause);

  /** Completes, never exceptionally, when the execution has ended. */
  CompletableFuture<Ended> done();
}
