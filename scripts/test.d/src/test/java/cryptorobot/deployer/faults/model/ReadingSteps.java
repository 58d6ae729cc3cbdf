package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.faults.model.Decision.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code inspect-host}, {@code read-status} and {@code check-health}: they change nothing. */
final class ReadingSteps {
  private ReadingSteps() {}

  static ObjectNode inspect(StepRun run) {
    run.program.point("look");
    var disk = run.disk;
    var operation = run.parameter("Operation");
    boolean compares = operation.equals("deploy") || operation.equals("plan");
    var current = disk.finished(disk.current) ? disk.current : "";
    var manifest = current.isEmpty() ? null : disk.releases.get(current).manifest;
    var revision =
        run.parameter("Revision").isEmpty() ? run.world.head() : run.parameter("Revision");
    boolean healthy = manifest != null && runsWhole(run, current);
    var chosen = compares ? "" : target(run, operation, current);
    var meant = chosen.isEmpty() ? null : disk.releases.get(chosen).manifest;
    var differences = new ArrayList<String>();
    if (compares && manifest == null) {
      differences.add("release");
    } else if (compares) {
      differences.addAll(differences(run, manifest, revision));
      if (!healthy) {
        differences.add("health");
      }
    }
    if (operation.equals("rotate-certificate")) {
      differs(differences, "certificate", !certificateServes(run, meant));
    } else if (!compares
        && (!operation.equals("rollback") || !chosen.equals(current) || !healthy || isOpen(disk))) {
      differences.add(operation);
    }
    run.program.point("answer");
    var answer =
        StepRun.result()
            .put("nothing_to_do", differences.isEmpty())
            .put("revision", compares ? revision : meant.revision())
            .put("release", chosen)
            .put("healthy", healthy);
    differences.forEach(answer.putArray("differences")::add);
    answer.set("serving", serving(run, current));
    answer.putArray("releases");
    answer.put("built", !chosen.isEmpty() && disk.environments.contains(meant.environment()));
    var settings = answer.putObject("settings");
    if (!compares) {
      meant.settings().forEach(settings::put);
      settings.remove("RequestedProtocol");
      settings.put(
          "Protocol",
          switch (operation) {
            case "rotate-certificate" -> "https";
            case "restart" -> meant.env().protocol();
            default -> meant.settings().get("RequestedProtocol");
          });
    }
    return answer;
  }

  private static boolean certificateServes(StepRun run, Manifest manifest) {
    var requested = run.parameter("CertificateVersion");
    var state = run.disk.states.get(manifest.release());
    return manifest.certificateVersion().equals(requested)
        && run.disk.certificate.equals(requested)
        && state != null
        && state.digests().equals(requested);
  }

  private static String target(StepRun run, String operation, String current) {
    var requested = run.parameter("Release");
    if (current.isEmpty()) {
      throw new StepFailure("ReleaseNotFound", "nothing serves on this instance");
    }
    if (!operation.equals("rollback")) {
      return current;
    }
    if (!requested.isEmpty() && !run.disk.isGood(requested)) {
      throw new StepFailure("ReleaseNotFound", "release " + requested + " is not a good release");
    }
    var before = requested.isEmpty() ? run.disk.goodBefore(current) : requested;
    if (before.isEmpty()) {
      throw new StepFailure("ReleaseNotFound", "no good release before " + current);
    }
    return before;
  }

  private static List<String> differences(StepRun run, Manifest manifest, String revision) {
    var disk = run.disk;
    var found = new ArrayList<String>();
    differs(found, "commit", !manifest.revision().equals(revision));
    var environment = run.world.environmentOf(manifest.revision());
    differs(
        found,
        "environment",
        !manifest.environment().equals(environment)
            || !disk.environments.contains(environment)
            || !disk.environment.equals(environment));
    differs(found, "env", disk.releases.get(manifest.release()).env == null);
    var state = disk.states.get(manifest.release());
    differs(
        found,
        "units",
        state == null
            || !state.units().stream().allMatch(unit -> unit.equals(disk.units.get(unit.name()))));
    differs(
        found, "services", !manifest.settings().get("Services").equals(run.parameter("Services")));
    differs(
        found,
        "keys",
        !manifest.env().keysVersion().equals(InjectKeysStep.keysVersion(run))
            || !manifest.settings().get("Simulate").equals(run.parameter("Simulate")));
    differs(
        found,
        "certificate",
        !manifest.certificateVersion().equals(run.parameter("CertificateVersion"))
            || !disk.certificate.equals(manifest.certificateVersion()));
    differs(found, "unconfirmed", isOpen(disk));
    return found;
  }

  /** Whether the instance may still roll back. */
  static boolean isOpen(Disk disk) {
    return disk.decisions.containsKey(Kind.ARMED) || disk.decisions.containsKey(Kind.FIRING);
  }

  private static void differs(List<String> found, String name, boolean condition) {
    if (condition) {
      found.add(name);
    }
  }

  static ObjectNode status(StepRun run) {
    run.program.point("look");
    var disk = run.disk;
    var current = disk.finished(disk.current) ? disk.current : "";
    var env = current.isEmpty() ? new Env("", "", "") : disk.releases.get(current).manifest.env();
    return StepRun.result()
        .put("release", current)
        .put("mode", env.mode())
        .put("protocol", env.protocol())
        .put(
            "health",
            current.isEmpty() ? "unknown" : runsWhole(run, current) ? "healthy" : "unhealthy");
  }

  static ObjectNode health(StepRun run) {
    run.program.point("first look");
    var release = run.parameter("Release");
    if (!runsWhole(run, release)) {
      run.program.pause(Duration.ofSeconds(2));
      return StepRun.result()
          .put("healthy", false)
          .put("unit", "crypto-robot")
          .put("reason", "does not run from " + release)
          .put("evidence", "");
    }
    run.program.pause(Duration.ofSeconds(Integer.parseInt(run.parameter("BakeSeconds"))));
    run.program.point("last look");
    return StepRun.result()
        .put("healthy", runsWhole(run, release))
        .put("probes", 3)
        .put("seconds", 1);
  }

  /** Whether every unit of the release runs from it. */
  static boolean runsWhole(StepRun run, String release) {
    return run.disk.states.containsKey(release)
        && run.disk.states.get(release).units().stream()
            .allMatch(unit -> run.machine.systemd().runsFrom(unit, release));
  }

  /** {@code serving.py}: what serves, or null. */
  static JsonNode serving(StepRun run, String release) {
    if (release.isEmpty()) {
      return StepRun.result().nullNode();
    }
    var manifest = run.disk.releases.get(release).manifest;
    return StepRun.result()
        .put("release", release)
        .put("revision", manifest.revision())
        .put("mode", manifest.env().mode())
        .put("protocol", manifest.env().protocol());
  }
}
