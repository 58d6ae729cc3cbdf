package cryptorobot.deployer.faults.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of an instance at one moment.
 *
 * @param release what {@code current} leads to, or empty
 * @param flaws why what serves is not one whole release; empty when it is
 * @param robots when each running robot was started
 * @param boot the number of boots
 * @param keys the version of the serving keys
 * @param certificate the version of the serving certificate
 * @param lockedBy the owner of the lock, or empty
 * @param armed whether the instance may still roll back
 * @param leftOver what a successful run must not leave behind
 * @param everything what decides which release serves, to detect any change
 */
public record Look(
    boolean on,
    String release,
    String revision,
    String mode,
    String protocol,
    List<String> flaws,
    List<Instant> robots,
    int boot,
    String keys,
    String certificate,
    String lockedBy,
    boolean armed,
    List<String> leftOver,
    List<String> data,
    String everything) {

  public static Look at(Machine machine) {
    var disk = machine.disk;
    boolean serves = disk.finished(disk.current);
    var env = serves ? disk.releases.get(disk.current).manifest.env() : new Env("", "", "");
    return new Look(
        machine.isOn(),
        disk.current,
        serves ? disk.releases.get(disk.current).revision : "",
        env.mode(),
        env.protocol(),
        flaws(machine),
        machine.systemd().robots(),
        machine.boot(),
        env.keysVersion(),
        disk.certificate,
        disk.lockAt(machine.boot()).map(Lock::owner).orElse(""),
        ReadingSteps.isOpen(disk),
        leftOver(disk),
        List.copyOf(disk.data),
        "%s %s %s %s %s"
            .formatted(
                disk.current, disk.units, disk.enabled, disk.decisions, disk.releases.keySet()));
  }

  private static List<String> flaws(Machine machine) {
    var disk = machine.disk;
    var running = machine.systemd().running;
    var flaws = new ArrayList<String>();
    if (disk.current.isEmpty()) {
      no(flaws, disk.units.isEmpty(), "nothing serves, but units are left: " + disk.units);
      no(flaws, running.isEmpty(), "nothing serves, but these units run: " + running);
      return flaws;
    }
    var release = disk.releases.get(disk.current);
    if (release == null || release.manifest == null) {
      return List.of("current leads to a release that is not finished: " + disk.current);
    }
    var saved = disk.saved.get(disk.current);
    var state = disk.states.getOrDefault(disk.current, saved == null ? null : saved.state());
    if (state == null) {
      return List.of("the state of " + disk.current + " is gone");
    }
    no(flaws, release.whole, "files of the release are missing");
    no(
        flaws,
        disk.environments.contains(state.environment()),
        "its virtual environment is missing");
    no(flaws, disk.environment.equals(state.environment()), "venv leads to " + disk.environment);
    var certificates =
        saved == null
            ? List.of(state.certificate())
            : List.of(state.certificate(), saved.state().certificate());
    no(
        flaws,
        state.certificate().isEmpty() || certificates.contains(disk.certificate),
        "the certificate is " + disk.certificate);
    no(
        flaws,
        disk.units.size() == state.units().size() && disk.units.values().containsAll(state.units()),
        "installed units are " + disk.units.values());
    no(flaws, disk.enabled.containsAll(disk.units.keySet()), "enabled are only " + disk.enabled);
    for (var unit : machine.isOn() ? state.units() : List.<UnitFile>of()) {
      var process = running.get(unit.name());
      no(
          flaws,
          process != null
              && process.unit().equals(unit)
              && process.release().equals(disk.current)
              && (process.env().equals(release.env)
                  || (saved != null && process.env().equals(saved.env())))
              && (unit.robot()
                  || state.certificate().isEmpty()
                  || certificates.contains(process.certificate())),
          unit.name() + " runs as " + process);
    }
    no(flaws, running.keySet().equals(disk.units.keySet()) || !machine.isOn(), "runs: " + running);
    return flaws;
  }

  private static List<String> leftOver(Disk disk) {
    var left = new ArrayList<String>();
    no(left, disk.saved.isEmpty(), "saved keys of " + disk.saved.keySet());
    no(left, disk.decisions.isEmpty(), "decision " + disk.decisions);
    no(left, disk.deadline.isEmpty() || !disk.decisions.isEmpty(), "a timer without a decision");
    no(left, disk.lock.isEmpty() || disk.lock.get().untilBoot(), "lock " + disk.lock);
    no(left, disk.unfinishedParts.isEmpty(), "unfinished parts " + disk.unfinishedParts);
    no(
        left,
        disk.releases.keySet().stream().allMatch(disk::finished),
        "unfinished releases " + disk.releases.keySet());
    return left;
  }

  private static void no(List<String> flaws, boolean holds, String otherwise) {
    if (!holds) {
      flaws.add(otherwise);
    }
  }
}
