package cryptorobot.deployer.faults;

import cryptorobot.localcloud.stepfunctions.asl.Catcher;
import cryptorobot.localcloud.stepfunctions.asl.Exit;
import cryptorobot.localcloud.stepfunctions.asl.Retrier;
import cryptorobot.localcloud.stepfunctions.asl.State;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which states, transitions and retries of the definition were taken by any run. */
final class Coverage {
  private final Tasks tasks;
  private final Set<String> taken = new TreeSet<>();

  Coverage(Tasks tasks) {
    this.tasks = tasks;
  }

  /** What no run has taken. */
  Set<String> missing() {
    var missing = new TreeSet<String>();
    tasks.states.values().forEach(state -> missing.addAll(parts(state)));
    missing.removeAll(taken);
    return missing;
  }

  int size() {
    return taken.size();
  }

  private Set<String> parts(State state) {
    var parts = new TreeSet<String>();
    parts.add(state.name());
    switch (state) {
      case State.Choice choice -> {
        choice.rules().forEach(rule -> addNext(parts, state, rule.exit()));
        choice.otherwise().ifPresent(otherwise -> addNext(parts, state, otherwise));
      }
      case State.Working working -> {
        working.exit().next().ifPresent(_ -> parts.add(next(state, working.exit())));
        working.recovery().catchers().forEach(catcher -> parts.add(caught(state, catcher)));
        working.recovery().retriers().forEach(retrier -> parts.add(retried(state, retrier)));
      }
      case State.Pass pass ->
          pass.exit().next().ifPresent(_ -> parts.add(next(state, pass.exit())));
      case State.Wait wait -> parts.add(next(state, wait.exit()));
      case State.Succeed _, State.Fail _ -> {}
    }
    return parts;
  }

  /** Unless it leads to a state that no scenario means. */
  private void addNext(Set<String> parts, State state, Exit exit) {
    if (exit.next().map(tasks.states::containsKey).orElse(true)) {
      parts.add(next(state, exit));
    }
  }

  private static String next(State state, Exit exit) {
    return state.name() + " -> " + exit.next().orElse("its end");
  }

  private static String caught(State state, Catcher catcher) {
    return "%s caught %s -> %s"
        .formatted(state.name(), catcher.errorEquals(), catcher.exit().next().orElse("its end"));
  }

  private static String retried(State state, Retrier retrier) {
    return state.name() + " retried after " + retrier.errorEquals();
  }

  /** Follows each event back to the one before it in its branch. */
  void add(List<HistoryEvent> history) {
    var byId = new HashMap<Long, HistoryEvent>();
    var stateOf = new HashMap<Long, String>();
    for (var event : history) {
      byId.put(event.id(), event);
      var before = byId.get(event.previousEventId());
      if (event.type().endsWith("StateEntered")) {
        var name = event.details().get("name").asText();
        stateOf.put(event.id(), name);
        taken.add(name);
        if (before != null && before.type().endsWith("StateExited")) {
          left(before, byId.get(before.previousEventId()), name);
        }
      } else if (before != null) {
        stateOf.put(event.id(), stateOf.get(before.id()));
        if (event.type().equals("TaskScheduled") && isFailure(before)) {
          var task = (State.Task) tasks.states.get(stateOf.get(before.id()));
          Errors.retrier(task, error(before)).ifPresent(it -> taken.add(retried(task, it)));
        }
      }
    }
  }

  private void left(HistoryEvent exited, HistoryEvent before, String to) {
    var state = tasks.states.get(exited.details().get("name").asText());
    if (isFailure(before)) {
      var task = (State.Task) state;
      taken.add(caught(task, Errors.catcher(task, error(before))));
    } else {
      taken.add(state.name() + " -> " + to);
    }
  }

  private static boolean isFailure(HistoryEvent event) {
    return event != null && Set.of("TaskFailed", "TaskTimedOut").contains(event.type());
  }

  private static String error(HistoryEvent event) {
    return event.details().path("error").asText();
  }
}
