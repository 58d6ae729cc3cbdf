package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the document of every host step, the documents that install the host program, {@code
 * names.json}, which gives each document's name without prefix, {@code program.json} with the
 * program's version and the number of its parts, and what the stack makes of them, {@link
 * DocumentTemplate}. The program itself is written as an instance has it, for its tests. Run by the
 * build: {@code HostDocuments <scripts/host> <systemd> <documents> <program>}.
 */
public final class HostDocuments {
  /** Of all documents together, in bytes: they share a template with everything else. */
  static final int LARGEST = 250_000;

  private HostDocuments() {}

  /**
   * @param arguments the folder of the steps, the folder of the units, the folders to write the
   *     documents and the program to
   * @throws DocumentRefused when a step's header or text does not make a document; the build fails
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4) {
      throw new IllegalArgumentException(
          "usage: HostDocuments <scripts/host> <systemd> <documents> <program>");
    }
    var scripts = new HostScripts(Path.of(arguments[0]), Path.of(arguments[1]));
    write(scripts, Path.of(arguments[2]));
    scripts.program().write(Path.of(arguments[3]));
  }

  static void write(HostScripts scripts, Path output) throws IOException {
    Files.createDirectories(output);
    List<HostDocument> installers = scripts.installers();
    List<HostDocument> all = new ArrayList<>(scripts.documents());
    all.addAll(installers);
    Map<String, String> names = new TreeMap<>();
    int size = 0;
    for (HostDocument document : all) {
      Files.writeString(output.resolve(document.step() + ".json"), document.content());
      names.put(document.step(), document.name());
      size += document.content().getBytes(UTF_8).length;
    }
    if (size > LARGEST) {
      throw new DocumentRefused(
          "scripts/host", "all documents have %d bytes, more than %d".formatted(size, LARGEST));
    }
    var json = new ObjectMapper();
    Files.writeString(output.resolve("names.json"), json.writeValueAsString(names));
    Files.writeString(
        output.resolve("program.json"),
        json.createObjectNode()
            .put("version", scripts.program().version())
            .put("parts", installers.size())
            .toString());
    DocumentTemplate.write(output);
  }
}
