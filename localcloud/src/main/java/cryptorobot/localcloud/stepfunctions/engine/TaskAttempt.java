package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.stepfunctions.asl.State;
import java.util.Optional;
import java.util.OptionalLong;

/** An attempt of a Task state: its thread and its timeout. */
final class TaskAttempt implements Activity {
  private static final long MOST_SECONDS = 99_999_999;

  private final Visit visit;
  private final State.Task state;
  private final TaskEvents events;
  private Activity timeout = Activity.NONE;
  private Thread thread;
  private boolean over;

  private TaskAttempt(Visit visit, State.Task state) {
    this.visit = visit;
    this.state = state;
    this.events = new TaskEvents(state.resource(), visit.run().request().executionArn());
  }

  static TaskAttempt begin(Visit visit, State.Task state) throws StateFailed {
    var templates = visit.templates(visit.states());
    var timeout = timeout(templates, state.timeoutSeconds());
    var arguments =
        Payload.require(
            templates.evaluate(state.arguments(), "Arguments"),
            "The state '" + state.name() + "' gave its task arguments");
    var attempt = new TaskAttempt(visit, state);
    attempt.start(arguments, timeout);
    return attempt;
  }

  private static OptionalLong timeout(TemplateEvaluator templates, Optional<JsonNode> template)
      throws StateFailed {
    return template.isPresent()
        ? OptionalLong.of(templates.integer(template.get(), "TimeoutSeconds", 1, MOST_SECONDS))
        : OptionalLong.empty();
  }

  private void start(JsonNode arguments, OptionalLong timeoutSeconds) {
    visit.walk().add(events.scheduled(arguments, timeoutSeconds));
    visit.walk().add(events.started());
    timeoutSeconds.ifPresent(seconds -> timeout = timer(seconds));
    var call = new TaskCall(state.resource().arn(), arguments, visit.run().request().roleArn());
    visit.run().engine().threads().execute(() -> work(call));
  }

  private Activity timer(long seconds) {
    var due = visit.run().engine().clock().now().plusSeconds(seconds);
    return new Wakeup(visit.run(), due, this::timedOut);
  }

  /** Runs on its own thread. */
  private void work(TaskCall call) {
    var run = visit.run();
    if (run.isLockedByThisThread()) {
      throw new IllegalStateException("tasks must not run on the thread that starts them");
    }
    run.locked(() -> thread = over ? null : Thread.currentThread());
    if (thread == null) {
      return;
    }
    var outcome = outcome(call);
    run.locked(
        () -> {
          thread = null;
          ifWaiting(outcome);
        });
    // Clears a late interrupt, which must not affect the next work of this thread.
    Thread.interrupted();
  }

  private Runnable outcome(TaskCall call) {
    try {
      var result = visit.run().engine().tasks().run(call);
      return () -> succeeded(result);
    } catch (TaskFailure failure) {
      return () -> failed(Failure.of(failure.error(), failure.cause()));
    } catch (Throwable unexpected) {
      // An interrupted attempt is over: its outcome is ignored. Any other exception is a bug of the
      // runner.
      return () -> failed(Failure.of(ErrorNames.TASK_FAILED, unexpected.toString()));
    }
  }

  private void ifWaiting(Runnable action) {
    if (!over) {
      action.run();
    }
  }

  private void succeeded(JsonNode result) {
    cancel();
    try {
      Payload.require(result, "The state/task '" + state.name() + "' returned a result");
      visit.walk().add(events.succeeded(result));
      visit.succeeded(state, result);
    } catch (StateFailed tooLarge) {
      visit.walk().add(events.failed(tooLarge.failure()));
      visit.failed(tooLarge);
    }
  }

  private void failed(Failure failure) {
    cancel();
    visit.walk().add(events.failed(failure));
    visit.recover(failure, ErrorNames.Origin.PLAIN);
  }

  private void timedOut() {
    cancel();
    var failure = Failure.of(ErrorNames.TIMEOUT, "The task ran longer than its TimeoutSeconds.");
    visit.walk().add(events.timedOut(failure));
    visit.recover(failure, ErrorNames.Origin.PLAIN);
  }

  @Override
  public void cancel() {
    over = true;
    timeout.cancel();
    if (thread != null && thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }

  @Override
  public void abort() {
    cancel();
  }
}
