package cryptorobot.deployer.engine;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.asl.State;
import java.util.Optional;
import java.util.OptionalLong;

/** One attempt of a Task state: its thread, its token and its two timeouts. */
final class TaskAttempt implements Activity {
  private static final long MOST_SECONDS = 99_999_999;

  private final Visit visit;
  private final State.Task state;
  private final TaskEvents events;
  private final Optional<String> token;
  private final OptionalLong heartbeatSeconds;
  private Activity timeout = Activity.NONE;
  private Activity heartbeat = Activity.NONE;
  private Thread thread;
  private boolean over;

  private TaskAttempt(
      Visit visit, State.Task state, Optional<String> token, OptionalLong heartbeatSeconds) {
    this.visit = visit;
    this.state = state;
    this.events = new TaskEvents(state.resource(), visit.run().request().executionArn());
    this.token = token;
    this.heartbeatSeconds = heartbeatSeconds;
  }

  static TaskAttempt begin(Visit visit, State.Task state) throws StateFailed {
    var engine = visit.run().engine();
    var token =
        state.resource().waitsForToken()
            ? Optional.of(engine.newToken())
            : Optional.<String>empty();
    var templates = visit.templates(visit.states());
    var timeout = seconds(templates, state.timeoutSeconds(), "TimeoutSeconds");
    var heartbeat = seconds(templates, state.heartbeatSeconds(), "HeartbeatSeconds");
    if (timeout.isPresent()
        && heartbeat.isPresent()
        && heartbeat.getAsLong() >= timeout.getAsLong()) {
      throw StateFailed.evaluation(
          "HeartbeatSeconds", "HeartbeatSeconds must be smaller than TimeoutSeconds.");
    }
    var states = visit.states();
    token.ifPresent(text -> ContextObject.addToken(states.withObject("/context"), text));
    var arguments =
        Payload.require(
            visit.templates(states).evaluate(state.arguments(), "Arguments"),
            "The state '" + state.name() + "' gave its task arguments");
    var attempt = new TaskAttempt(visit, state, token, heartbeat);
    attempt.start(arguments, timeout);
    return attempt;
  }

  private static OptionalLong seconds(
      Templates templates, Optional<JsonNode> template, String field) throws StateFailed {
    return template.isPresent()
        ? OptionalLong.of(templates.integer(template.get(), field, 1, MOST_SECONDS))
        : OptionalLong.empty();
  }

  private void start(JsonNode arguments, OptionalLong timeoutSeconds) {
    var engine = visit.run().engine();
    visit.walk().add(events.scheduled(arguments, timeoutSeconds, heartbeatSeconds));
    visit.walk().add(events.started());
    token.ifPresent(text -> engine.await(text, this));
    timeoutSeconds.ifPresent(
        seconds ->
            timeout = timer(seconds, () -> timedOut("TimeoutSeconds", ErrorNames.Origin.PLAIN)));
    beat();
    var call = new TaskCall(state.resource().arn(), arguments, token);
    engine.threads().execute(() -> work(call));
  }

  private Activity timer(long seconds, Runnable action) {
    return new Wakeup(visit.run(), visit.run().engine().clock().now().plusSeconds(seconds), action);
  }

  private void beat() {
    heartbeat.cancel();
    heartbeatSeconds.ifPresent(
        seconds ->
            heartbeat =
                timer(seconds, () -> timedOut("HeartbeatSeconds", ErrorNames.Origin.HEARTBEAT)));
  }

  /** On a thread of its own. */
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
    // An interrupt that came too late must not hit what this thread does next.
    Thread.interrupted();
  }

  private Runnable outcome(TaskCall call) {
    try {
      var answer = visit.run().engine().tasks().run(call);
      return () -> answered(answer);
    } catch (TaskFailure failure) {
      return () -> failed(Failure.of(failure.error(), failure.cause()));
    } catch (Throwable unexpected) {
      // Interrupted: nobody listens any more. Anything else: the runner broke its promise.
      return () -> failed(Failure.of(ErrorNames.TASK_FAILED, unexpected.toString()));
    }
  }

  private void answered(JsonNode answer) {
    if (token.isPresent()) {
      visit.walk().add(events.submitted(answer));
    } else {
      succeeded(answer);
    }
  }

  /** The token came back with a result. */
  void handBack(JsonNode output) {
    visit.run().locked(() -> ifWaiting(() -> succeeded(output)));
  }

  /** The token came back with an error. */
  void handBack(Failure failure) {
    visit.run().locked(() -> ifWaiting(() -> failed(failure)));
  }

  void heartbeat() {
    visit.run().locked(() -> ifWaiting(this::beat));
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

  private void timedOut(String field, ErrorNames.Origin origin) {
    cancel();
    var failure = Failure.of(ErrorNames.TIMEOUT, "The task ran longer than its " + field + ".");
    visit.walk().add(events.timedOut(failure));
    visit.recover(failure, origin);
  }

  @Override
  public void cancel() {
    over = true;
    timeout.cancel();
    heartbeat.cancel();
    token.ifPresent(visit.run().engine()::forget);
    if (thread != null && thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }

  @Override
  public void abort() {
    cancel();
  }
}
