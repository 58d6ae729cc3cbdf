package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.Fault.Effect;
import cryptorobot.deployer.faults.Fault.Moment;
import cryptorobot.deployer.faults.Fault.Way;
import cryptorobot.localcloud.stepfunctions.asl.State;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** What can fail at a place, derived from the definition and the sealed family of failures. */
final class FaultCatalog {
  private static final String FATAL = "cryptorobot.deployer.failure.DeploymentFailure$StepFailed";
  private final Tasks tasks;

  FaultCatalog(Tasks tasks) {
    this.tasks = tasks;
  }

  /** Every fault; and every error alone, after the requested work is done. */
  List<Fault> everything(Opportunity place) {
    return switch (place) {
      case Opportunity.Entered(var state) -> {
        var faults = new LinkedHashSet<>(atTask(state, Errors.kinds(task(state))));
        atTask(state, Errors.all()).stream()
            .filter(
                fault ->
                    fault instanceof Fault.TaskFails fails && fails.moment() == Moment.WHEN_DONE)
            .forEach(faults::add);
        yield List.copyOf(faults);
      }
      case Opportunity.Change change -> effects(change, Effect.values());
    };
  }

  /** Every fault, with one error of each kind that the state distinguishes. */
  List<Fault> everyKind(Opportunity place) {
    return switch (place) {
      case Opportunity.Entered(var state) -> atTask(state, Errors.kinds(task(state)));
      case Opportunity.Change change -> effects(change, Effect.values());
    };
  }

  /** The faults with the most different effects, to be combined with another one. */
  List<Fault> few(Opportunity place) {
    return switch (place) {
      case Opportunity.Entered(var state) -> {
        var faults = new ArrayList<Fault>();
        faults.add(new Fault.TaskFails(state, FATAL, Moment.AT_ONCE, 1));
        faults.add(new Fault.TaskFails(state, FATAL, Moment.WHEN_DONE, 1));
        if (Tasks.sends(task(state))) {
          faults.add(new Fault.TaskFails(state, FATAL, Moment.AFTER_SENDING, 1));
          faults.add(new Fault.Delivered(state, Way.AFTER_TWO_MORE));
          faults.add(new Fault.Delivered(state, Way.IN_THE_NEXT_RUN));
        }
        yield faults;
      }
      case Opportunity.Change change ->
          effects(change, Effect.KILLED, Effect.REBOOTS, Effect.EXECUTION_STOPPED);
    };
  }

  private List<Fault> atTask(String state, List<String> errors) {
    var task = task(state);
    boolean sends = Tasks.sends(task);
    var faults = new ArrayList<Fault>();
    for (var error : errors) {
      for (int times : Errors.times(task, error)) {
        for (var moment : Moment.values()) {
          // Only a command that has not taken the lock reports that another owner has it.
          boolean possible = moment == Moment.AT_ONCE || !error.endsWith(".Locked");
          if (possible && (sends || moment != Moment.AFTER_SENDING)) {
            faults.add(new Fault.TaskFails(state, error, moment, times));
          }
        }
      }
    }
    faults.add(new Fault.Stopped(state, true));
    faults.add(new Fault.Stopped(state, false));
    for (var way : sends ? Way.values() : new Way[0]) {
      faults.add(new Fault.Delivered(state, way));
    }
    return faults;
  }

  private static List<Fault> effects(Opportunity.Change change, Effect... effects) {
    var faults = new ArrayList<Fault>();
    for (var effect : effects) {
      faults.add(new Fault.AtChange(change.program(), change.point(), effect));
    }
    return faults;
  }

  private State.Task task(String state) {
    return (State.Task) tasks.states.get(state);
  }

  /** Whether a place is in this host step or in the state that runs it. */
  boolean isAt(Opportunity place, String step) {
    return switch (place) {
      case Opportunity.Entered(var state) -> Tasks.step(task(state)).equals(step);
      case Opportunity.Change change -> change.program().equals(step);
    };
  }

  /** Whether a place is where a stopped instance is started, or stopped with its lock. */
  boolean isAboutPower(Opportunity place) {
    return switch (place) {
      case Opportunity.Entered(var state) ->
          List.of(
                  "StartInstance",
                  "AcquireLock",
                  "ConfirmRelease",
                  "DiscardRelease",
                  "ReleaseLock",
                  "StopInstance")
              .contains(state);
      case Opportunity.Change change ->
          List.of("acquire-lock", "confirm-release", "discard-release", "release-lock", "settle")
              .contains(change.program());
    };
  }

  /** Whether a place is at or after the point of no return. */
  boolean isLate(Opportunity place) {
    return switch (place) {
      case Opportunity.Entered(var state) -> Tasks.phase(task(state)) >= 40;
      case Opportunity.Change(var program, var _, var _) -> tasks.phase(program) >= 40;
    };
  }
}
