package cryptorobot.deployer.faults.model;

/** {@code former_state.py}: what a release had that is changed in place, until it is confirmed. */
final class FormerState {
  private FormerState() {}

  static void save(StepRun run, String id) {
    var disk = run.disk;
    if (disk.finished(id) && disk.isGood(id) && !disk.saved.containsKey(id)) {
      var release = disk.releases.get(id);
      var now = run.machine.time().now();
      run.program.change(
          "save what it had",
          () ->
              disk.saved.put(
                  id, new Saved(release.env, release.manifest, disk.states.get(id), now)));
    }
  }
}
