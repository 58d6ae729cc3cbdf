package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.faults.model.Decision.Kind;
import cryptorobot.deployer.faults.model.Serving.How;
import java.util.List;

/** The steps from the point of no return on: activate, confirm, roll-back, discard. */
final class ActivationSteps {
  private static final String PUBLISH = "publish.flock";

  private ActivationSteps() {}

  static ObjectNode activate(StepRun run) {
    var disk = run.disk;
    var id = run.parameter("Release");
    boolean restart = run.parameter("Operation").equals("restart");
    boolean keepsRobot = run.parameter("Operation").equals("rotate-certificate");
    if (!disk.finished(id)) {
      throw new StepFailure("ReleaseNotFound", "release " + id + " is not finished");
    }
    if (disk.decisions.containsKey(Kind.FIRING)) {
      throw new StepFailure("DeadManFired", "a rollback has begun on this instance");
    }
    var execution = disk.releases.get(id).manifest.execution();
    if (!restart && disk.current.equals(id) && !execution.equals(run.owner())) {
      throw new StepFailure("ReleaseNotFound", "it is not as this execution finished it: " + id);
    }
    run.machine.flock(PUBLISH, run.program);
    var previous = disk.current;
    var armed = disk.decisions.get(Kind.ARMED);
    if (armed != null && armed.release().equals(id)) {
      previous = armed.previous();
    } else if (!restart || !previous.equals(id)) {
      previous = previous.isEmpty() || disk.isGood(previous) ? previous : disk.goodBefore(id);
      long seconds = Long.parseLong(run.parameter("DeadManSeconds"));
      var at = run.machine.time().now().plusSeconds(seconds);
      run.deadMan.arm(id, previous, run.owner(), at, keepsRobot);
    }
    if (!restart) {
      run.deadMan.record("activated", id, previous);
    }
    run.serving.serve(id, keepsRobot ? How.CERTIFICATE : How.RESTART);
    if (!disk.current.equals(id)) {
      throw new StepFailure("ActivationFailed", "current does not point to " + id);
    }
    run.program.point("answer");
    return StepRun.result()
        .put("release", id)
        .put("previous", previous)
        .put("dead_man_at", "2026-11-23T06:35:00Z");
  }

  static ObjectNode confirm(StepRun run) {
    var disk = run.disk;
    var id = run.parameter("Release");
    run.machine.flock(PUBLISH, run.program);
    if (isAbout(run, Kind.ARMED, id)) {
      run.program.change("rename armed to confirming", () -> run.deadMan.rename(Kind.CONFIRMING));
    }
    if (isAbout(run, Kind.CONFIRMING, id)) {
      run.deadMan.finishConfirmation();
    }
    if (disk.decisions.containsKey(Kind.FIRING) || !disk.current.equals(id)) {
      throw new StepFailure("DeadManFired", "release " + id + " was rolled back");
    }
    if (!disk.isGood(id)) {
      throw new StepFailure("ActivationFailed", "nothing was armed for release " + id);
    }
    var retention = new Retention(run.machine, run.program);
    retention.retain(id, Integer.parseInt(run.parameter("KeepReleases")));
    var answer = StepRun.result().put("confirmed", true).put("release", id);
    retention.kept.forEach(answer.putArray("kept")::add);
    retention.removed.forEach(answer.putArray("removed")::add);
    return LockSteps.answerAndRelease(run, answer);
  }

  private static boolean isAbout(StepRun run, Kind kind, String id) {
    var decision = run.disk.decisions.get(kind);
    return decision != null && decision.release().equals(id);
  }

  static ObjectNode rollBack(StepRun run) {
    var disk = run.disk;
    var id = run.parameter("Release");
    run.machine.stopOtherSteps(run.program);
    boolean open = disk.openDecision().isPresent();
    run.deadMan.settle();
    run.deadMan.restoreAllSaved();
    if (!open && !id.isEmpty() && disk.current.equals(id) && !disk.isGood(id)) {
      var previous = disk.goodBefore(id);
      run.serving.serve(previous, How.RESTART);
      run.deadMan.record("rolled-back", id, previous);
    }
    var serving = disk.current;
    if (!serving.isEmpty()) {
      run.serving.serve(serving, How.KEEP);
    }
    boolean confirmed = !id.isEmpty() && serving.equals(id) && disk.isConfirmedSinceActivation(id);
    run.program.point("answer");
    var answer = StepRun.result().put("confirmed", confirmed).put("locked", true);
    answer.set("serving", ReadingSteps.serving(run, serving));
    var settings = answer.putObject("settings");
    if (!serving.isEmpty()) {
      var manifest = disk.releases.get(serving).manifest;
      List.of("Services", "Port", "HealthPath", "CertificateHostname")
          .forEach(name -> settings.put(name, manifest.settings().get(name)));
      settings.put("Protocol", manifest.env().protocol());
    }
    return answer;
  }

  static ObjectNode discard(StepRun run) {
    var disk = run.disk;
    var id = run.parameter("Release");
    run.machine.stopOtherSteps(run.program);
    run.deadMan.settle();
    run.deadMan.restoreAllSaved();
    var retention = new Retention(run.machine, run.program);
    for (var release : List.copyOf(disk.releases.keySet())) {
      boolean own = release.equals(id) && !disk.isGood(release);
      if (!release.equals(disk.current) && (!disk.finished(release) || own)) {
        retention.remove(release);
      }
    }
    retention.removeUnfinishedParts();
    if (!retention.removed.isEmpty()) {
      run.deadMan.record("discarded", retention.removed.getLast(), disk.current);
    }
    var answer = StepRun.result().put("discarded", retention.removed.contains(id) ? id : "");
    answer.set("serving", ReadingSteps.serving(run, disk.current));
    return LockSteps.answerAndRelease(run, answer);
  }
}
