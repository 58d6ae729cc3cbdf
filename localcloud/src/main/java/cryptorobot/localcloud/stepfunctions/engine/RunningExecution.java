package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An execution in the engine. Every event (a task ends, a timer fires, a stop request arrives) is
 * processed under its lock, one after another. The inner classes therefore need no synchronization.
 */
final class RunningExecution implements Execution {
  private static final EngineClock.Timer NONE = () -> {};

  private final Engine engine;
  private final ExecutionRequest request;
  private final Instant startedAt;
  private final History history;
  private final CompletableFuture<Ended> done = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> pending = new ArrayDeque<>();
  private final Walk root;
  private EngineClock.Timer timeout = NONE;
  private Ended ended;

  RunningExecution(Engine engine, ExecutionRequest request) {
    this.engine = engine;
    this.request = request;
    this.startedAt = engine.clock().now();
    this.history = new History(engine.clock());
    this.root =
        new Walk(this, request.definition().flow(), Variables.outermost(), 0, new RootEnd());
  }

  void start() {
    locked(
        () -> {
          var details = History.payload(History.details(), "input", request.input());
          details.put("roleArn", request.roleArn());
          add(0, Event.of("ExecutionStarted", details));
          request
              .definition()
              .timeout()
              .ifPresent(
                  longest ->
                      timeout =
                          engine
                              .clock()
                              .schedule(startedAt.plus(longest), () -> locked(this::timedOut)));
          root.start(request.input());
        });
  }

  /** Runs the action now, or after the current action. Drops it if the execution has ended. */
  void locked(Runnable action) {
    lock.lock();
    try {
      pending.add(action);
      if (lock.getHoldCount() == 1) {
        drain();
      }
    } finally {
      lock.unlock();
    }
    if (!lock.isHeldByCurrentThread()) {
      ended().ifPresent(done::complete);
    }
  }

  private void drain() {
    while (ended == null && !pending.isEmpty()) {
      try {
        pending.remove().run();
      } catch (RuntimeException fatal) {
        // History.Full, or an engine bug, which must not leave the execution running forever.
        var cause = fatal instanceof History.Full ? fatal.getMessage() : fatal.toString();
        end(Status.FAILED, Optional.empty(), Failure.of(ErrorNames.RUNTIME, cause));
      }
    }
    pending.clear();
  }

  boolean isLockedByThisThread() {
    return lock.isHeldByCurrentThread();
  }

  /**
   * Like {@link #locked}, for callers that hold the lock. Avoids deep stacks in long executions.
   */
  void later(Runnable action) {
    pending.add(action);
  }

  long add(long previousEventId, Event event) {
    return history.add(previousEventId, event.type(), event.detailsField(), event.details());
  }

  private void timedOut() {
    end(Status.TIMED_OUT, Optional.empty(), Failure.of(ErrorNames.TIMEOUT, null));
  }

  @Override
  public void stop(String error, String cause) {
    locked(() -> end(Status.ABORTED, Optional.empty(), Failure.of(error, cause)));
  }

  private void end(Status status, Optional<JsonNode> output, Failure failure) {
    timeout.cancel();
    root.cancel();
    var details = output.isEmpty() ? failure.details() : History.details();
    output.ifPresent(value -> History.payload(details, "output", value));
    var type =
        switch (status) {
          case SUCCEEDED -> "ExecutionSucceeded";
          case FAILED -> "ExecutionFailed";
          case TIMED_OUT -> "ExecutionTimedOut";
          case ABORTED -> "ExecutionAborted";
          case RUNNING -> throw new IllegalArgumentException("RUNNING is not an end");
        };
    var event = Event.of(type, details);
    history.end(root.lastEvent(), event.type(), event.detailsField(), event.details());
    ended = new Ended(status, engine.clock().now(), output, failure.error(), failure.cause());
  }

  private final class RootEnd implements Walk.End {
    @Override
    public void succeeded(JsonNode output) {
      end(Status.SUCCEEDED, Optional.of(output), Failure.of(null, null));
    }

    @Override
    public void failed(Failure failure) {
      end(Status.FAILED, Optional.empty(), failure);
    }
  }

  Engine engine() {
    return engine;
  }

  @Override
  public ExecutionRequest request() {
    return request;
  }

  @Override
  public Instant startedAt() {
    return startedAt;
  }

  @Override
  public Status status() {
    return ended().map(Ended::status).orElse(Status.RUNNING);
  }

  @Override
  public Optional<Ended> ended() {
    lock.lock();
    try {
      return Optional.ofNullable(ended);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<HistoryEvent> history() {
    lock.lock();
    try {
      return history.snapshot();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletableFuture<Ended> done() {
    return done;
  }
}
