package cryptorobot.deployer.faults.model;

import cryptorobot.localcloud.stepfunctions.engine.VirtualTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What systemd runs of the application, and the units as systemd has read them. */
final class Systemd {
  private final Disk disk;
  private final VirtualTime time;
  private final Map<String, UnitFile> loaded = new TreeMap<>();
  final Map<String, Running> running = new TreeMap<>();

  Systemd(Disk disk, VirtualTime time) {
    this.disk = disk;
    this.time = time;
  }

  void reload() {
    loaded.clear();
    loaded.putAll(disk.units);
  }

  void stop(String unit) {
    running.remove(unit);
  }

  /** Restarts it from what is published now. */
  void restart(String unit) {
    start(unit, time.now());
  }

  /** As {@link #resetart}, with this start time. */
  void start(String unit, Instant at) {
    running.remove(unit);
    var text = loaded.computeIfAbsent(unit, disk.units::get);
    var release = disk.releases.get(disk.current);
    if (text != null && release != null && disk.environments.contains(text.environment())) {
      running.put(unit, new Running(text, disk.current, release.env, disk.certificate, at));
    }
  }

  /** Whether a unit already runs as this release requires. */
  boolean runsFrom(UnitFile wanted, String release) {
    var process = running.get(wanted.name());
    return wanted.equals(disk.units.get(wanted.name()))
        && wanted.equals(loaded.get(wanted.name()))
        && process != null
        && process.release().equals(release);
  }

  /** Whether its file was written since systemd read it. */
  boolean needsReload(UnitFile unit) {
    var known = loaded.get(unit.name());
    return known != null && !known.equals(disk.units.get(unit.name()));
  }

  /** When each robot that runs was started. */
  List<Instant> robots() {
    return running.values().stream()
        .filter(process -> process.unit().robot())
        .map(Running::since)
        .toList();
  }
}
