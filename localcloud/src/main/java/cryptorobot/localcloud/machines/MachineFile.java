package cryptorobot.localcloud.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;

/** The stored state of an instance: {@code machine.json} next to its disk. */
record MachineFile(
    String instanceId,
    String environment,
    LinkNetwork network,
    Optional<Instant> launchedAt,
    Optional<Supervisor> supervisor) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static MachineFile read(Path file) throws IOException {
    JsonNode tree = JSON.readTree(Files.readString(file));
    Optional<Supervisor> supervisor =
        tree.has("supervisor")
            ? Optional.of(
                new Supervisor(
                    tree.at("/supervisor/pid").asLong(), tree.at("/supervisor/start").asLong()))
            : Optional.empty();
    return new MachineFile(
        tree.path("instance_id").asText(),
        tree.path("environment").asText(),
        LinkNetwork.parse(tree.path("network").asText()),
        Optional.ofNullable(tree.get("launched_at")).map(at -> Instant.parse(at.asText())),
        supervisor);
  }

  /** Replaces the file atomically. */
  void write(Path file) throws IOException {
    var tree = JSON.createObjectNode();
    tree.put("instance_id", instanceId);
    tree.put("environment", environment);
    tree.put("network", network.range().toString());
    launchedAt.ifPresent(at -> tree.put("launched_at", at.toString()));
    supervisor.ifPresent(
        found ->
            tree.putObject("supervisor").put("pid", found.pid()).put("start", found.startTicks()));
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(unfinished, tree.toPrettyString() + "\n");
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
