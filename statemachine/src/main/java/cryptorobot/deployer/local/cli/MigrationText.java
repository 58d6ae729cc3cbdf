package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a phase of a migration found or did, in lines for a person. */
final class MigrationText {
  private MigrationText() {}

  /** The lines for the output of an execution of the migrate machine; none for any other's. */
  static List<String> of(JsonNode output) {
    var lines = new ArrayList<String>();
    JsonNode report = output.path("report");
    report.path("containers").forEach(one -> lines.add("container " + container(one)));
    report.path("warnings").forEach(one -> lines.add("warning   " + one.asText()));
    if (report.hasNonNull("file")) {
      lines.add("inventory " + report.path("file").asText());
    }
    if (report.hasNonNull("archive")) {
      lines.add(
          "archive   %s, %d files"
              .formatted(report.path("archive").asText(), report.path("files").asInt()));
      report
          .path("removed")
          .properties()
          .forEach(kind -> lines.add("removed   " + kind.getKey() + " " + texts(kind.getValue())));
      lines.add("kept      volumes " + texts(report.path("kept_volumes")));
    }
    if (!report.path("kept").asText().isEmpty()) {
      lines.add("kept      " + report.path("kept").asText() + " has what was written since");
    }
    migration(output.path("migration"), lines);
    return List.copyOf(lines);
  }

  private static void migration(JsonNode migration, List<String> lines) {
    if (migration.isMissingNode()) {
      return;
    }
    lines.add(
        "phase     %s, %s"
            .formatted(
                migration.path("phase").asText(),
                migration.path("well").asBoolean() ? "well" : "not well"));
    migration
        .path("containers")
        .forEach(
            one ->
                lines.add(
                    "container %s %s"
                        .formatted(
                            one.path("name").asText(),
                            one.path("running").asBoolean() ? "runs" : "is stopped")));
    migration
        .path("container_health")
        .forEach(
            one ->
                lines.add(
                    "container %s answered %d in %d ms"
                        .formatted(
                            one.path("url").asText(),
                            one.path("status").asInt(),
                            one.path("milliseconds").asInt())));
    JsonNode python = migration.path("python");
    if (!python.path("release").asText().isEmpty()) {
      lines.add(
          "python    release %s, %s, %s, answered in %d ms"
              .formatted(
                  python.path("release").asText(),
                  python.path("mode").asText(),
                  python.path("healthy").asBoolean() ? "healthy" : "not healthy",
                  python.path("milliseconds").asInt()));
    }
  }

  /** As phase prepare tells it; undo only names them. */
  private static String container(JsonNode one) {
    if (one.isTextual()) {
      return one.asText() + " is back";
    }
    String content =
        one.at("/environment/env_content/present").asBoolean() ? ", has ENV_CONTENT" : "";
    return "%s of %s, %s, restart %s%s"
        .formatted(
            one.path("name").asText(),
            one.path("image").asText(),
            one.path("running").asBoolean() ? "runs" : "is stopped",
            one.path("restart").asText(),
            content);
  }

  private static String texts(JsonNode list) {
    return list.isEmpty()
        ? "none"
        : StreamSupport.stream(list.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(" "));
  }
}
