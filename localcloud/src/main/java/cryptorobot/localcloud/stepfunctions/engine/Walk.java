package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.stepfunctions.asl.Flow;

/** Runs a flow state by state: the flow of a state machine, a branch or an iteration. */
final class Walk {
  /** Called once at the end of the walk, unless it was cancelled or aborted. */
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

  /** Ends the walk with its timers and tasks, without history events. */
  void cancel() {
    if (!over && visit != null) {
      visit.cancel();
    }
    over = true;
  }

  /** Ends the walk because another branch failed, and adds history events. */
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

  /** Continues from the last event of a branch that has ended. */
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
