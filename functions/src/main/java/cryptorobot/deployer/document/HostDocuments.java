package cryptorobot.deployer.document;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the document of every host step, {@code names.json} with each document's name without
 * prefix, and the resources of the stacks, {@link DocumentTemplate}. The build runs it as {@code
 * HostDocuments <scripts/host> <systemd> <output>}.
 */
public final class HostDocuments {
  private HostDocuments() {}

  /**
   * @param arguments the folder of the steps, the folder of the units, the folder to write to
   * @throws DocumentRefused if a step's header or script is not valid; the build fails
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("usage: HostDocuments <scripts/host> <systemd> <output>");
    }
    write(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
  }

  static void write(Path host, Path units, Path output) throws IOException {
    Files.createDirectories(output);
    Map<String, String> names = new TreeMap<>();
    for (HostDocument document : new HostScripts(host, units).documents()) {
      Files.writeString(output.resolve(document.step() + ".json"), document.content());
      names.put(document.step(), document.name());
    }
    Files.writeString(output.resolve("names.json"), new ObjectMapper().writeValueAsString(names));
    DocumentTemplate.write(output);
  }
}
