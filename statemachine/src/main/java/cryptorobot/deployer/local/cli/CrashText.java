package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The host's crash report, for people. */
final class CrashText {
  private CrashText() {}

  static List<String> lines(JsonNode report) {
    var lines = new ArrayList<String>();
    int count = report.path("count").asInt();
    if (count == 0) {
      return List.of("no crash bundle is on the instance");
    }
    lines.add("crash bundles in " + report.path("folder").asText() + ": " + count);
    for (JsonNode crash : report.path("crashes")) {
      lines.add(
          "  %s  %s: %s"
              .formatted(
                  crash.path("id").asText(),
                  crash.path("reason").asText(),
                  crash.path("evidence").asText()));
    }
    report.path("bundles").forEach(bundle -> bundle(lines, bundle));
    return lines;
  }

  private static void bundle(List<String> lines, JsonNode bundle) {
    lines.add("");
    int uncounted = bundle.path("uncounted_before").asInt();
    lines.add(
        "%s: %s, release %s, %d restarts before%s"
            .formatted(
                bundle.path("id").asText(),
                bundle.path("reason").asText(),
                bundle.path("release").asText(),
                bundle.path("restarts").asInt(),
                uncounted == 0 ? "" : ", " + uncounted + " more ends without a bundle"));
    lines.add(
        "  memory %s MB; disk %d MB free; load %s"
            .formatted(
                bundle.path("memory_mb"),
                bundle.path("disk_free_mb").asInt(),
                bundle.path("load").asText()));
    bundle.path("health").forEach(answer -> lines.add("  health  " + answer.asText()));
    int leftOut = bundle.path("left_out").asInt();
    if (leftOut > 0) {
      lines.add(
          "  the %d oldest lines did not fit; they are in %s.json"
              .formatted(leftOut, bundle.path("id").asText()));
    }
    bundle.path("journal").forEach(line -> lines.add("  " + line.asText()));
  }
}
