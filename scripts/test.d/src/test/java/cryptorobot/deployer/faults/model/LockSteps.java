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
    var earlier = earlier(run);
    if (earlier.isPresent()) {
      var before = earlier.get();
      if (own && held.get().generation() == before.generation()) {
        if (before.released()) {
          releaseWith(run, held.get(), before.answer());
        }
        run.machine.unlock(FENCE);
        return before.answer();
      }
      if (ownRelease(run, before.generation()).isPresent()) {
        run.machine.unlock(FENCE);
        return before.answer();
      }
    }
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
    var answer =
        StepRun.result()
            .put("acquired", true)
            .put("generation", generation)
            .put("stolen", !late && stolen);
    if (late) {
      return answer;
    }
    settleFormerOwner(run);
    answer.setAll(ReadingSteps.inspect(run));
    decide(run, generation, answer);
    run.program.point("answer");
    return answer;
  }

  private static void decide(StepRun run, int generation, ObjectNode answer) {
    run.machine.flock(FENCE, run.program);
    var held =
        run.disk
            .lockAt(run.machine.boot())
            .filter(lock -> lock.owner().equals(run.owner()) && lock.generation() == generation);
    if (held.isEmpty()) {
      run.machine.unlock(FENCE);
      throw new StepFailure("LockLost", "the lock was stolen while this step ran");
    }
    if (answer.path("nothing_to_do").asBoolean()) {
      releaseWith(run, held.get(), answer);
    } else {
      keep(run, generation, false, answer);
    }
    run.machine.unlock(FENCE);
  }

  private static void keep(StepRun run, int generation, boolean released, ObjectNode answer) {
    var kept =
        new Answered(
            run.owner(), generation, run.phase(), run.program.name(), released, answer.deepCopy());
    run.program.change("keep the answer", () -> run.disk.answers.add(kept));
  }

  private static Optional<Answered> earlier(StepRun run) {
    return run.disk.answers.reversed().stream()
        .filter(kept -> kept.owner().equals(run.owner()))
        .filter(kept -> kept.step().equals(run.program.name()) && kept.phase() == run.phase())
        .findFirst();
  }

  private static Optional<Answered> ownRelease(StepRun run, int generation) {
    return run.disk.answers.reversed().stream()
        .filter(kept -> kept.owner().equals(run.owner()))
        .filter(kept -> kept.released() && kept.generation() == generation)
        .findFirst();
  }

  private static void releaseWith(StepRun run, Lock lock, ObjectNode answer) {
    keep(run, lock.generation(), true, answer);
    if (run.parameter("KeepUntilReboot").equals("true")) {
      run.program.change(
          "keep the lock until the reboot",
          () -> run.disk.lock = Optional.of(lock.untilReboot(run.machine.boot())));
    } else {
      run.program.change("remove the lock", () -> run.disk.lock = Optional.empty());
    }
  }

  /** How a step ends with which its execution needs the lock no longer. */
  static ObjectNode answerAndRelease(StepRun run, ObjectNode answer) {
    checkFence(run, false);
    run.machine.flock(FENCE, run.program);
    releaseWith(run, run.disk.lockAt(run.machine.boot()).orElseThrow(), answer);
    run.machine.unlock(FENCE);
    run.program.point("answer");
    return answer;
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
    var answer =
        StepRun.result()
            .put("released", held.isPresent())
            .put("serving", run.disk.current)
            .put("unconfirmed", ReadingSteps.isOpen(run.disk));
    var earlier =
        earlier(run).filter(kept -> run.generation() == 0 || kept.generation() == run.generation());
    held.ifPresent(lock -> releaseWith(run, lock, answer));
    run.machine.unlock(FENCE);
    run.program.point("answer");
    return held.isEmpty() && earlier.isPresent() ? earlier.get().answer() : answer;
  }

  /**
   * Checks the owner, its generation, and that the phase is not an earlier one. Returns the answer
   * of a step that was delivered again after its owner had released the lock.
   */
  static Optional<ObjectNode> checkFence(StepRun run, boolean record) {
    run.machine.flock(FENCE, run.program);
    var held = run.disk.lockAt(run.machine.boot());
    if (held.isEmpty()
        || !held.get().owner().equals(run.owner())
        || held.get().generation() != run.generation()) {
      var end = earlierEnd(run, held);
      if (end.isEmpty()) {
        run.machine.unlock(FENCE);
        throw new StepFailure(
            "LockLost",
            "the lock of this instance belongs to " + held.map(Lock::owner).orElse("nobody"));
      }
      if (!end.get().isEmpty()) {
        run.machine.unlock(FENCE);
        return end;
      }
      held = run.disk.lockAt(run.machine.boot());
    }
    if (run.phase() < held.get().phase()) {
      run.machine.unlock(FENCE);
      throw new StepFailure("LockLost", "phase " + run.phase() + " has gone by");
    }
    if (record && run.phase() > held.get().phase()) {
      var reached = held.get().atPhase(run.phase());
      run.program.change("record the phase", () -> run.disk.lock = Optional.of(reached));
    }
    run.machine.unlock(FENCE);
    return Optional.empty();
  }

  /** The answer that is given again, or an empty one when the owner has got the lock back. */
  private static Optional<ObjectNode> earlierEnd(StepRun run, Optional<Lock> held) {
    var earlier = earlier(run).filter(kept -> kept.generation() == run.generation());
    if (earlier.isPresent()) {
      return earlier.map(Answered::answer);
    }
    var release = ownRelease(run, run.generation()).filter(kept -> run.phase() > kept.phase());
    if (release.isEmpty()) {
      return Optional.empty();
    }
    if (held.isEmpty() && run.disk.generation == run.generation()) {
      var again =
          new Lock(run.owner(), run.generation(), release.get().phase(), false, run.machine.boot());
      run.program.change("take the lock back", () -> run.disk.lock = Optional.of(again));
      return Optional.of(StepRun.result());
    }
    if (run.program.name().equals("roll-back") && release.get().step().equals("confirm-release")) {
      var answer = StepRun.result().put("confirmed", true).put("locked", false);
      answer.putNull("serving");
      answer.putObject("settings");
      return Optional.of(answer);
    }
    return Optional.empty();
  }
}
