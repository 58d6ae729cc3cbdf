package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.faults.model.Decision.Kind;
import java.util.List;
import java.util.Optional;

/** {@code acquire-lock.sh} and {@code release-lock.sh}, and the fence between them. */
final class LockSteps {
  private static final String FENCE = "fence.flock";

  private LockSteps() {}

  static ObjectNode acquire(StepRun run) {
    run.machine.flock(FENCE, run.program);
    var held = run.disk.lockAt(run.machine.boot());
    boolean own = held.filter(lock -> lock.owner().equals(run.owner())).isPresent();
    boolean stolen = held.isPresent() && !own;
    if (stolen
        && !run.parameter("StealFrom").equals(held.get().generation() + " " + held.get().owner())) {
      run.machine.unlock(FENCE);
      return StepRun.result()
          .put("acquired", false)
          .put("owner", held.get().owner())
          .put("generation", held.get().generation())
          .put("since", "2026-11-23T06:15:00Z");
    }
    boolean late = own && held.get().phase() > run.phase();
    int generation = own ? held.get().generation() : take(run, stolen);
    run.machine.unlock(FENCE);
    if (!late) {
      settleFormerOwner(run);
    }
    return StepRun.result()
        .put("acquired", true)
        .put("generation", generation)
        .put("stolen", stolen);
  }

  private static int take(StepRun run, boolean stolen) {
    int generation = run.disk.generation + 1;
    run.program.change("write the generation", () -> run.disk.generation = generation);
    run.program.change(
        "write the lock",
        () ->
            run.disk.lock =
                Optional.of(
                    new Lock(
                        run.owner(),
                        generation,
                        run.phase(),
                        run.parameter("Lifetime").equals("boot"),
                        run.machine.boot())));
    if (stolen) {
      run.deadMan.record("lock-stolen", run.disk.current, "");
    }
    return generation;
  }

  private static void settleFormerOwner(StepRun run) {
    run.machine.stopOtherSteps(run.program);
    var armed = run.disk.decisions.get(Kind.ARMED);
    boolean own =
        run.disk.openDecision().filter(Kind.ARMED::equals).isPresent()
            && armed.owner().equals(run.owner());
    if (!own) {
      run.deadMan.settle();
    }
    run.deadMan.restoreAllSaved();
    var retention = new Retention(run.machine, run.program);
    var good = run.disk.goodReleases();
    for (var id : List.copyOf(run.disk.releases.keySet())) {
      if (!id.equals(run.disk.current) && !good.contains(id)) {
        retention.remove(id);
      }
    }
    retention.removeUnfinishedParts();
  }

  static ObjectNode release(StepRun run) {
    run.machine.flock(FENCE, run.program);
    var held =
        run.disk
            .lockAt(run.machine.boot())
            .filter(lock -> lock.owner().equals(run.owner()))
            .filter(lock -> run.generation() == 0 || lock.generation() == run.generation());
    var serving = run.disk.current;
    boolean unconfirmed = ReadingSteps.isOpen(run.disk);
    held.ifPresent(
        lock -> {
          if (run.parameter("KeepUntilReboot").equals("true")) {
            run.program.change(
                "keep the lock until the reboot",
                () -> run.disk.lock = Optional.of(lock.untilReboot(run.machine.boot())));
          } else {
            run.program.change("remove the lock", () -> run.disk.lock = Optional.empty());
          }
        });
    run.machine.unlock(FENCE);
    run.program.point("answer");
    return StepRun.result()
        .put("released", held.isPresent())
        .put("serving", serving)
        .put("unconfirmed", unconfirmed);
  }

  /** Checks the owner, its generation, and that the phase is not an earlier one. */
  static void checkFence(StepRun run, boolean record) {
    run.machine.flock(FENCE, run.program);
    var held = run.disk.lockAt(run.machine.boot());
    if (held.isEmpty()
        || !held.get().owner().equals(run.owner())
        || held.get().generation() != run.generation()) {
      run.machine.unlock(FENCE);
      throw new StepFailure(
          "LockLost",
          "the lock of this instance belongs to " + held.map(Lock::owner).orElse("nobody"));
    }
    if (run.phase() < held.get().phase()) {
      run.machine.unlock(FENCE);
      throw new StepFailure("LockLost", "phase " + run.phase() + " has gone by");
    }
    if (record && run.phase() > held.get().phase()) {
      run.program.change(
          "record the phase", () -> run.disk.lock = Optional.of(held.get().atPhase(run.phase())));
    }
    run.machine.unlock(FENCE);
  }
}
