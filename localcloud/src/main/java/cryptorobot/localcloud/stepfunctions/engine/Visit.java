package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.stepfunctions.asl.Exit;
import cryptorobot.localcloud.stepfunctions.asl.Retrier;
import cryptorobot.localcloud.stepfunctions.asl.State;
import cryptorobot.localcloud.stepfunctions.asl.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/** A state of a flow, from its entry to its exit, with all retries. */
final class Visit {
  private static final long MOST_SECONDS = 99_999_999;
  private static final Set<String> ABORTABLE = Set.of("Task", "Wait", "Parallel", "Map");

  private final Walk walk;
  private final State state;
  private final JsonNode input;
  private final Instant enteredAt;
  private long enteredEvent;
  private long[] retriesOfRetrier = {};
  private long retryCount;
  private Activity activity = Activity.NONE;

  Visit(Walk walk, State state, JsonNode input) {
    this.walk = walk;
    this.state = state;
    this.input = input;
    this.enteredAt = run().engine().clock().now();
    if (state instanceof State.Working working) {
      retriesOfRetrier = new long[working.recovery().retriers().size()];
    }
  }

  void begin() {
    var details = History.details().put("name", state.name());
    enteredEvent = walk.add(Event.entered(state.type(), History.payload(details, "input", input)));
    attempt();
  }

  private void attempt() {
    activity = Activity.NONE;
    try {
      switch (state) {
        case State.Pass pass -> leave(pass.exit(), states());
        case State.Choice choice -> choose(choice);
        case State.Wait wait -> activity = waitFor(wait);
        case State.Succeed succeed -> succeed(succeed);
        case State.Fail fail -> fail(fail);
        case State.Task task -> activity = TaskAttempt.begin(this, task);
        case State.Parallel parallel -> activity = FanOut.ofBranches(this, parallel);
        case State.Map map -> activity = FanOut.ofItems(this, map);
      }
    } catch (StateFailed failed) {
      failed(failed);
    }
  }

  private void choose(State.Choice choice) throws StateFailed {
    var templates = templates(states());
    for (int i = 0; i < choice.rules().size(); i++) {
      var rule = choice.rules().get(i);
      if (templates.bool(rule.condition(), "Choices[" + i + "]/Condition")) {
        leave(rule.exit(), states());
        return;
      }
    }
    var otherwise =
        choice
            .otherwise()
            .orElseThrow(
                () ->
                    StateFailed.because(
                        ErrorNames.NO_CHOICE_MATCHED,
                        "No rule of the Choice state '%s' matched and it has no Default."
                            .formatted(state.name())));
    leave(otherwise, states());
  }

  private Activity waitFor(State.Wait wait) throws StateFailed {
    var templates = templates(states());
    var end =
        switch (wait.until()) {
          case State.Until.Seconds(var seconds) ->
              enteredAt.plusSeconds(templates.integer(seconds, "Seconds", 0, MOST_SECONDS));
          case State.Until.Timestamp(var timestamp) -> timestamp(templates, timestamp);
        };
    return new Wakeup(
        run(),
        end,
        () -> {
          try {
            leave(wait.exit(), states());
          } catch (StateFailed failed) {
            failed(failed);
          }
        });
  }

  /** The time without fractions of a second, which AWS truncates. */
  private static Instant timestamp(TemplateEvaluator templates, JsonNode template)
      throws StateFailed {
    var text = templates.text(template, "Timestamp");
    return Timestamp.parse(text)
        .map(time -> time.truncatedTo(ChronoUnit.SECONDS))
        .orElseThrow(
            () ->
                TemplateEvaluator.wrongType(
                    template,
                    "Timestamp",
                    "RFC 3339 timestamp",
                    JsonNodeFactory.instance.textNode(text)));
  }

  private void succeed(State.Succeed succeed) throws StateFailed {
    var output = output(templates(states()), succeed.output());
    exited(output, History.details());
    walk.succeeded(output);
  }

  private void fail(State.Fail fail) throws StateFailed {
    var templates = templates(states());
    var error = fail.error().isPresent() ? templates.text(fail.error().get(), "Error") : null;
    var cause = fail.cause().isPresent() ? templates.text(fail.cause().get(), "Cause") : null;
    walk.failed(Failure.of(error, cause));
  }

  /** Leaves the state after its work has succeeded. */
  void succeeded(State.Working working, JsonNode result) {
    activity = Activity.NONE;
    try {
      leave(working.exit(), states().set("result", result));
    } catch (StateFailed failed) {
      failed(failed);
    }
  }

  void failed(StateFailed failed) {
    recover(failure(failed), ErrorNames.Origin.PLAIN);
  }

  private Failure failure(StateFailed failed) {
    if (failed.location().isEmpty()) {
      return failed.failure();
    }
    var failure =
        Failure.of(
            failed.failure().error().orElseThrow(),
            "An error occurred while executing the state '%s' (entered at the event id #%d). %s"
                .formatted(state.name(), enteredEvent, failed.getMessage()));
    var details = failure.details();
    details.put("location", failed.location().get()).put("state", state.name());
    walk.add(Event.of("EvaluationFailed", details));
    return failure;
  }

  /** Retries, catches, or fails the walk. */
  void recover(Failure failure, ErrorNames.Origin origin) {
    activity = Activity.NONE;
    if (!(state instanceof State.Working working)) {
      walk.failed(failure);
      return;
    }
    var error = failure.error().orElse("");
    var retriers = working.recovery().retriers();
    for (int i = 0; i < retriers.size(); i++) {
      if (ErrorNames.match(retriers.get(i).errorEquals(), error, origin)) {
        if (retriesOfRetrier[i] < retriers.get(i).maxAttempts()) {
          retry(retriers.get(i), retriesOfRetrier[i]++);
          return;
        }
        break;
      }
    }
    for (var catcher : working.recovery().catchers()) {
      if (ErrorNames.match(catcher.errorEquals(), error, origin)) {
        try {
          leave(catcher.exit(), states().set("errorOutput", failure.output()));
        } catch (StateFailed failed) {
          walk.failed(failure(failed));
        }
        return;
      }
    }
    walk.failed(failure);
  }

  private void retry(Retrier retrier, long retries) {
    var delay = RetryDelay.before(retrier, retries, run().engine().random());
    activity =
        new Wakeup(
            run(),
            run().engine().clock().now().plus(delay),
            () -> {
              retryCount++;
              attempt();
            });
  }

  private void leave(Exit exit, ObjectNode states) throws StateFailed {
    var templates = templates(states);
    var assigned = templates.evaluateAll(exit.assign(), "Assign");
    var output = output(templates, exit.output());
    walk.scope().assign(assigned);
    var details = History.details();
    if (!assigned.isEmpty()) {
      var variables = details.putObject("assignedVariables");
      assigned.forEach((name, value) -> variables.put(name, value.toString()));
      details.putObject("assignedVariablesDetails").put("truncated", false);
    }
    exited(output, details);
    exit.next().ifPresentOrElse(next -> walk.enter(next, output), () -> walk.succeeded(output));
  }

  private JsonNode output(TemplateEvaluator templates, JsonNode template) throws StateFailed {
    return Payload.require(
        templates.evaluate(template, "Output"),
        "The state '" + state.name() + "' returned an output");
  }

  private void exited(JsonNode output, ObjectNode details) {
    details.put("name", state.name());
    walk.add(Event.exited(state.type(), History.payload(details, "output", output)));
  }

  /** Ends the state without history events. */
  void cancel() {
    activity.cancel();
  }

  /** Ends the state and adds history events, inner states first. */
  void abort() {
    activity.abort();
    if (ABORTABLE.contains(state.type())) {
      walk.add(Event.bare(state.type() + "StateAborted"));
    }
  }

  /** The fields of {@code $states} that every expression of this state can read. */
  ObjectNode states() {
    var states = JsonNodeFactory.instance.objectNode();
    states.set("input", input);
    states.set(
        "context",
        ContextObject.of(run().request(), run().startedAt(), state.name(), enteredAt, retryCount));
    return states;
  }

  TemplateEvaluator templates(ObjectNode states) {
    var engine = run().engine();
    return new TemplateEvaluator(
        engine.expressions(),
        engine.functions(),
        walk.scope().visible(),
        states,
        engine.clock().now());
  }

  Walk walk() {
    return walk;
  }

  RunningExecution run() {
    return walk.run();
  }
}
