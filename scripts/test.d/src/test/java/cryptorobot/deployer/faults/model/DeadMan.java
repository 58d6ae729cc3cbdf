package cryptorobot.deployer.faults.model;

import cryptorobot.deployer.faults.model.Decision.Kind;
import cryptorobot.deployer.faults.model.Serving.How;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code dead_man.py}: the switch that rolls back unless the release is confirmed in time. */
final class DeadMan {
  private static final String PUBLISH = "publish.flock";
  private final Machine machine;
  private final Disk disk;
  private final Program program;
  private final Serving serving;

  DeadMan(Machine machine, Program program) {
    this.machine = machine;
    this.disk = machine.disk;
    this.program = program;
    this.serving = new Serving(machine, program);
  }

  void arm(String release, String previous, String owner, Instant at, boolean onlyCertificate) {
    var decision = new Decision(release, previous, owner, at, onlyCertificate);
    program.change("write the timer", () -> disk.deadline = Optional.of(at));
    program.change("enable settle", () -> disk.settlesAtBoot = true);
    program.change("start the timer", () -> machine.arm(at));
    program.change("write armed", () -> disk.decisions.put(Kind.ARMED, decision));
  }

  private void disarm() {
    if (disk.deadline.isPresent()) {
      program.change("remove the timer", () -> disk.deadline = Optional.empty());
      program.change("stop the timer", machine::disarm);
    }
  }

  private boolean takeForFiring() {
    if (disk.decisions.containsKey(Kind.ARMED)) {
      program.change("rename armed to firing", () -> rename(Kind.FIRING));
    }
    return disk.decisions.containsKey(Kind.FIRING);
  }

  /** The second caller finds no file to rename. */
  void rename(Kind to) {
    var armed = disk.decisions.remove(Kind.ARMED);
    if (armed != null) {
      disk.decisions.put(to, armed);
    }
  }

  private void fire(String event, How how) {
    machine.flock(PUBLISH, program);
    var firing = disk.decisions.get(Kind.FIRING);
    if (firing != null) {
      boolean keepsRobot = how == How.RESTART && firing.onlyCertificate();
      restoreSaved(firing.release(), false);
      serving.serve(firing.previous(), keepsRobot ? How.CERTIFICATE : how);
      if (!disk.current.equals(firing.previous())) {
        throw new StepFailure("RollBackFailed", "current does not point to " + firing.previous());
      }
      if (!disk.isRolledBack(firing.release())) {
        record(event, firing.release(), firing.previous());
      }
      program.change("remove firing", () -> disk.decisions.remove(Kind.FIRING));
      disarm();
    }
    machine.unlock(PUBLISH);
  }

  void finishConfirmation() {
    var confirming = disk.decisions.get(Kind.CONFIRMING);
    if (confirming == null) {
      return;
    }
    if (!disk.isConfirmedSinceActivation(confirming.release())) {
      record("confirmed", confirming.release(), confirming.previous());
    }
    dropSaved(confirming.release());
    program.change("remove confirming", () -> disk.decisions.remove(Kind.CONFIRMING));
    disarm();
  }

  void settle() {
    var open = disk.openDecision();
    if (open.isEmpty()) {
      disarm();
    } else if (open.get() == Kind.CONFIRMING) {
      finishConfirmation();
    } else {
      takeForFiring();
      fire("rolled-back", How.RESTART);
    }
  }

  /** The timer's service. */
  void fireInTime() {
    machine.flock(PUBLISH, program);
    finishConfirmation();
    machine.unlock(PUBLISH);
    if (disk.decisions.containsKey(Kind.ARMED)) {
      program.change("rename armed to firing", () -> rename(Kind.FIRING));
      machine.stopOtherSteps(program);
    }
    if (disk.decisions.containsKey(Kind.FIRING)) {
      fire("dead-man", How.RESTART);
    }
  }

  void settleAtBoot() {
    finishConfirmation();
    if (takeForFiring()) {
      fire("dead-man", How.BOOT);
    } else {
      restoreSaved(disk.current, false);
    }
  }

  private void restoreSaved(String id, boolean restarts) {
    var saved = disk.saved.get(id);
    if (saved == null) {
      return;
    }
    var release = disk.releases.get(id);
    program.change("restore .env", () -> release.env = saved.env());
    program.change("remove the changed state", () -> disk.states.remove(id));
    program.change("restore the state", () -> disk.states.put(id, saved.state()));
    program.change("restore release.json", () -> release.manifest = saved.manifest());
    if (restarts && disk.current.equals(id)) {
      restartStartedSince(saved.at());
    }
    dropSaved(id);
  }

  private void restartStartedSince(Instant saved) {
    for (var process : List.copyOf(machine.systemd().running.values())) {
      if (process.since().getEpochSecond() >= saved.getEpochSecond()) {
        var unit = process.unit().name();
        program.change("restart " + unit, () -> machine.systemd().restart(unit));
      }
    }
  }

  void restoreAllSaved() {
    List.copyOf(disk.saved.keySet()).forEach(id -> restoreSaved(id, true));
  }

  private void dropSaved(String id) {
    if (disk.saved.containsKey(id)) {
      program.change("drop what was saved", () -> disk.saved.remove(id));
    }
  }

  void record(String event, String release, String previous) {
    program.change("record " + event, () -> disk.history.add(new Event(event, release, previous)));
  }
}
