package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The instances a local cloud left behind on disk when it ended. */
final class InstancesOnDisk {
  private static final ObjectMapper JSON = new ObjectMapper();

  private InstancesOnDisk() {}

  static List<InstanceView> in(Path state) {
    Path machines = state.resolve("machines");
    var found = new ArrayList<InstanceView>();
    if (Files.isDirectory(machines)) {
      try (var folders = Files.newDirectoryStream(machines)) {
        for (Path folder : folders) {
          Path file = folder.resolve("machine.json");
          if (Files.exists(file)) {
            found.add(view(JSON.readTree(file.toFile())));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    found.sort(Comparator.comparing(InstanceView::environment));
    return found;
  }

  private static InstanceView view(JsonNode machine) {
    JsonNode supervisor = machine.path("supervisor");
    boolean runs =
        supervisor.has("pid")
            && ProcessHandle.of(supervisor.path("pid").asLong())
                .filter(ProcessHandle::isAlive)
                .isPresent();
    return new InstanceView(
        machine.path("environment").asText(),
        machine.path("instance_id").asText(),
        runs ? "running" : "stopped",
        "",
        false);
  }
}
