package cryptorobot.deployer.faults.model;

import java.util.ArrayList;
import java.util.List;

/** {@code serve.py}: makes a release serve, whichever served before. */
final class Serving {
  private final Machine machine;
  private final Disk disk;
  private final Program program;

  /** How units that already run from the release are handled, and when the others start. */
  enum How {
    RESTART,
    KEEP,
    CERTIFICATE,
    BOOT
  }

  Serving(Machine machine, Program program) {
    this.machine = machine;
    this.disk = machine.disk;
    this.program = program;
  }

  void serve(String id, How how) {
    if (!id.isEmpty() && (!disk.finished(id) || !disk.states.containsKey(id))) {
      throw new StepFailure(
          "ReleaseNotFound", "release " + id + " is not complete on this instance");
    }
    var wanted = id.isEmpty() ? List.<UnitFile>of() : disk.states.get(id).units();
    var names = wanted.stream().map(UnitFile::name).toList();
    var gone = disk.units.keySet().stream().filter(unit -> !names.contains(unit)).toList();
    var restart =
        wanted.stream()
            .filter(unit -> !keepsRobot(how, unit) || !machine.systemd().runsFrom(unit, id))
            .toList();
    if (!gone.isEmpty() || !isPublished(id, wanted)) {
      stop(gone, restart);
    }
    publish(id);
    install(wanted, gone, restart);
    for (var unit : restart) {
      // At boot it is only queued, and started with the rest.
      if (how != How.BOOT) {
        program.change("restart " + unit.name(), () -> machine.systemd().restart(unit.name()));
      }
    }
  }

  private static boolean keepsRobot(How how, UnitFile unit) {
    return how == How.KEEP || (how == How.CERTIFICATE && unit.robot());
  }

  private boolean isPublished(String id, List<UnitFile> wanted) {
    var state = disk.states.get(id);
    return !id.isEmpty()
        && disk.current.equals(id)
        && disk.environment.equals(state.environment())
        && (state.certificate().isEmpty() || disk.certificate.equals(state.certificate()))
        && wanted.stream().allMatch(unit -> unit.equals(disk.units.get(unit.name())));
  }

  private void stop(List<String> gone, List<UnitFile> restart) {
    var stop = new ArrayList<>(gone);
    for (var unit : restart) {
      var installed = disk.units.get(unit.name());
      if (unit.robot() || (installed != null && installed.robot())) {
        stop.add(unit.name());
      }
    }
    for (var unit : stop) {
      program.change("stop " + unit, () -> machine.systemd().stop(unit));
    }
  }

  private void publish(String id) {
    if (id.isEmpty()) {
      program.change("remove current", () -> disk.current = "");
      program.change("remove the environment's link", () -> disk.environment = "");
      program.change("remove the certificate's link", () -> disk.certificate = "");
      return;
    }
    var state = disk.states.get(id);
    program.change("link the environment", () -> disk.environment = state.environment());
    if (!state.certificate().isEmpty()) {
      program.change("link the certificate", () -> disk.certificate = state.certificate());
    }
    program.change("link current", () -> disk.current = id);
  }

  private void install(List<UnitFile> wanted, List<String> gone, List<UnitFile> restart) {
    boolean changed = !gone.isEmpty();
    for (var unit : wanted) {
      if (!unit.equals(disk.units.get(unit.name()))) {
        program.change("write " + unit.name(), () -> disk.units.put(unit.name(), unit));
        changed = true;
      }
    }
    for (var unit : gone) {
      program.change("disable " + unit, () -> disk.enabled.remove(unit));
      program.change("remove " + unit, () -> disk.units.remove(unit));
    }
    for (var unit : wanted) {
      if (!disk.enabled.contains(unit.name())) {
        program.change("enable " + unit.name(), () -> disk.enabled.add(unit.name()));
        changed = true;
      }
    }
    changed |= restart.stream().anyMatch(machine.systemd()::needsReload);
    if (changed) {
      program.change("daemon-reload", machine.systemd()::reload);
    }
  }
}
