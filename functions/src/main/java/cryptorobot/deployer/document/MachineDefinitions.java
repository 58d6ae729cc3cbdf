package cryptorobot.deployer.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes the definition of each state machine as JSON, which is what environment.yaml ships: every
 * program that reads definitions takes JSON, not all take YAML. Run by the build: {@code
 * MachineDefinitions <statemachine> <definitions>}.
 */
public final class MachineDefinitions {
  private static final String YAML = ".asl.yaml";

  private MachineDefinitions() {}

  /**
   * @param arguments the folder of the definitions, and the folder to write them to
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("usage: MachineDefinitions <statemachine> <definitions>");
    }
    Path output = Files.createDirectories(Path.of(arguments[1]));
    for (Path file : definitions(Path.of(arguments[0]))) {
      JsonNode definition = new YAMLMapper().readTree(file.toFile());
      String name = file.getFileName().toString().replace(YAML, ".asl.json");
      Files.writeString(
          output.resolve(name),
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(definition));
    }
  }

  private static List<Path> definitions(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(YAML)).sorted().toList();
    }
  }
}
