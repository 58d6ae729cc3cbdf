package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.stepfunctions.asl.Flow;

/** The way through one flow, state by state: of a machine, a branch or an iteration. */
final class Walk {
  /** Told once how the walk ended, unless it was cancelled or aborted. */
  interface End {
    void succeeded(JsonNode output);

    void failed(Failure failure);
  }

  private final RunningExecution run;
  private final Flow flow;
  private final Variables scope;
  private final End end;
  private long lastEvent;
  private Visit visit;
  private boolean over;

  Walk(RunningExecution run, Flow flow, Variables scope, long lastEvent, End end) {
    this.run = run;
    this.flow = flow;
    this.scope = scope;
    this.lastEvent = lastEvent;
    this.end = end;
  }

  void start(JsonNode input) {
    enter(flow.startAt(), input);
  }

  void enter(String name, JsonNode input) {
    visit = null;
    run.later(
        () -> {
          if (!over) {
            visit = new Visit(this, flow.state(name), input);
            visit.begin();
          }
        });
  }

  void succeeded(JsonNode output) {
    over = true;
    end.succeeded(output);
  }

  void failed(Failure failure) {
    over = true;
    end.failed(failure);
  }

  /** Ends it without a word: timers and tasks go. */
  void cancel() {
    if (!over && visit != null) {
      visit.cancel();
    }
    over = true;
  }

  /** Ends it because another branch failed, which history shows. */
  void abort() {
    if (!over && visit != null) {
      visit.abort();
    }
    over = true;
  }

  long add(Event event) {
    lastEvent = run.add(lastEvent, event);
    return lastEvent;
  }

  long lastEvent() {
    return lastEvent;
  }

  /** Goes on from the last event of a branch that has ended. */
  void continueFrom(long event) {
    lastEvent = event;
  }

  RunningExecution run() {
    return run;
  }

  Variables scope() {
    return scope;
  }
}
