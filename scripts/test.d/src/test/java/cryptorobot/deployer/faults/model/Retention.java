package cryptorobot.deployer.faults.model;

import java.util.ArrayList;
import java.util.List;

/** {@code retention.py}: removes what nothing refers to. */
final class Retention {
  private final Disk disk;
  private final Program program;
  final List<String> kept = new ArrayList<>();
  final List<String> removed = new ArrayList<>();

  Retention(Machine machine, Program program) {
    this.disk = machine.disk;
    this.program = program;
  }

  void retain(String serving, int keep) {
    kept.add(serving);
    var previous = disk.goodBefore(serving);
    if (!previous.isEmpty()) {
      kept.add(previous);
    }
    for (var good : disk.goodReleases()) {
      if (kept.size() < keep && !kept.contains(good)) {
        kept.add(good);
      }
    }
    List.copyOf(disk.releases.keySet()).stream()
        .filter(id -> !kept.contains(id))
        .forEach(this::remove);
    var states = kept.stream().map(disk.states::get).toList();
    program.change(
        "remove what no release refers to",
        () -> {
          disk.environments.removeIf(
              name -> states.stream().noneMatch(state -> state.environment().equals(name)));
          disk.certificates.removeIf(
              version -> states.stream().noneMatch(state -> state.certificate().equals(version)));
        });
  }

  /** Removes the manifest first: an incomplete release must not look like a complete one. */
  void remove(String id) {
    program.change("remove release.json of " + id, () -> disk.releases.get(id).manifest = null);
    program.change("remove the folder of " + id, () -> disk.releases.remove(id));
    program.change("remove the state of " + id, () -> disk.states.remove(id));
    program.change("remove what was saved of " + id, () -> disk.saved.remove(id));
    removed.add(id);
  }

  void removeUnfinishedParts() {
    program.change("remove unfinished parts", disk.unfinishedParts::clear);
  }
}
