package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** The steps that make a release while another serves. */
final class PreparingSteps {
  private PreparingSteps() {}

  /** {@code deploy_release.py}: prepare, fetch and build. */
  static ObjectNode deploy(StepRun run) {
    run.program.point("install what is missing");
    run.program.pause(Duration.ofMillis(300));
    var answer = StepRun.result();
    answer.putArray("parts");
    answer.put("python", "/usr/bin/python3").put("python_version", "3.11.2").put("sudo", "");
    var release = run.parameter("Release");
    if (run.parameter("Operation").equals("deploy")) {
      ObjectNode fetched = fetch(run);
      release = fetched.path("release").asText();
      answer.setAll(fetched);
    }
    answer.setAll(build(run, release));
    run.program.point("answer");
    return answer;
  }

  private static ObjectNode fetch(StepRun run) {
    var disk = run.disk;
    var revision =
        run.parameter("Revision").isEmpty() ? run.world.head() : run.parameter("Revision");
    var id = run.parameter("Stamp") + "-" + revision.substring(0, 7);
    if (!disk.finished(id)) {
      run.program.change("check out the files", () -> disk.unfinishedParts.add(id));
      run.program.change(
          "seed persistent paths",
          () -> {
            if (disk.data.isEmpty()) {
              disk.data.add("as in git");
            }
          });
      run.program.change(
          "put the release in place",
          () -> {
            disk.unfinishedParts.remove(id);
            var release = new Release(revision);
            release.whole = true;
            disk.releases.put(id, release);
          });
    }
    return StepRun.result()
        .put("release", id)
        .put("revision", revision)
        .put("branch", "main")
        .put("subject", "Trade");
  }

  private static ObjectNode build(StepRun run, String id) {
    var disk = run.disk;
    if (!disk.releases.containsKey(id)) {
      throw new StepFailure("ReleaseNotFound", "release " + id + " is not on this instance");
    }
    var release = disk.releases.get(id);
    var environment = run.world.environmentOf(release.revision);
    boolean reused = disk.environments.contains(environment);
    if (!reused) {
      run.program.change("make it beside", () -> disk.unfinishedParts.add(environment));
      run.program.pause(Duration.ofSeconds(2));
      run.program.change(
          "put it in place",
          () -> {
            disk.unfinishedParts.remove(environment);
            disk.environments.add(environment);
          });
    }
    run.program.change("link it", () -> release.environment = environment);
    return StepRun.result().put("environment_hash", environment).put("reused", reused);
  }

  static ObjectNode inspectCertificate(StepRun run) {
    var version = run.parameter("CertificateVersion");
    run.program.change("write it beside", () -> run.disk.unfinishedParts.add(version));
    run.program.change(
        "put it in place",
        () -> {
          run.disk.unfinishedParts.remove(version);
          run.disk.certificates.add(version);
        });
    run.program.point("answer");
    return StepRun.result()
        .put("protocol", "https")
        .put("problem", "")
        .put("warning", "")
        .put("not_after", "2027-11-23T00:00:00Z");
  }
}
