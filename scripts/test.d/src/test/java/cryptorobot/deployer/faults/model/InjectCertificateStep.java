package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code inject-certificate}: gives the release that serves another version, in place. */
final class InjectCertificateStep {
  private InjectCertificateStep() {}

  static ObjectNode run(StepRun run) {
    var disk = run.disk;
    var id = run.parameter("Release");
    var version = run.parameter("CertificateVersion");
    if (!disk.finished(id)) {
      throw new StepFailure("ReleaseNotFound", "release " + id + " is not finished");
    }
    if (!disk.certificates.contains(version)) {
      throw new StepFailure("CertificateUnreadable", "version " + version + " is not here");
    }
    if (disk.states.get(id).certificate().isEmpty()) {
      throw new StepFailure("InvalidParameter", "release " + id + " does not serve https");
    }
    FormerState.save(run, id);
    run.program.change(
        "write the links",
        () -> disk.states.computeIfPresent(id, (_, state) -> state.withCertificate(version)));
    run.program.change(
        "write the digests",
        () -> disk.states.computeIfPresent(id, (_, state) -> state.withDigests(version)));
    var release = disk.releases.get(id);
    run.program.change(
        "write release.json",
        () -> release.manifest = release.manifest.withCertificate(version, run.owner()));
    run.deadMan.record("certificate", id, "");
    run.program.point("answer");
    return StepRun.result()
        .put("release", id)
        .put("certificate_version", version)
        .put("not_after", run.parameter("CertificateNotAfter"));
  }
}
