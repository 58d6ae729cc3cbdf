package cryptorobot.deployer.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folders the steps are made of: {@code <host>/<step>.sh}, {@code <host>/lib/} and the units.
 * Puts a step together: a line with its name and time limit, {@code lib.sh}, the library files it
 * uses, the files it embeds, byte for byte, and last the step's own file.
 */
final class HostScripts {
  private static final String FIRST_LIBRARY = "lib.sh";

  private final Path host;
  private final Path units;

  HostScripts(Path host, Path units) {
    this.host = host;
    this.units = units;
  }

  List<HostDocument> documents() {
    try (Stream<Path> files = Files.list(host)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sh"))
          .sorted()
          .map(name -> document(name.substring(0, name.length() - 3)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HostDocument document(String step) {
    String file = step + ".sh";
    String script = read(file, host.resolve(file));
    Header header = Header.of(file, script);
    if (header.timeoutSeconds() == 0) {
      throw new DocumentRefused(file, "the header has no 'Timeout <seconds>'");
    }
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    Set<String> embeds = new LinkedHashSet<>(header.embeds());
    StringBuilder text = new StringBuilder();
    text.append("#!/usr/bin/env bash\nreadonly STEP=").append(step);
    text.append(" STEP_TIMEOUT=").append(header.timeoutSeconds()).append('\n');
    List<String> libraries = new ArrayList<>(List.of(FIRST_LIBRARY));
    libraries.addAll(header.uses());
    for (String library : libraries) {
      String content = read(file, host.resolve("lib").resolve(library));
      Header used = Header.of(library, content);
      declare(library, parameters, used);
      embeds.addAll(used.embeds());
      text.append(withoutComments(content));
    }
    declare(file, parameters, header);
    header.digests().forEach((name, files) -> text.append(digest(file, name, files)));
    text.append(embedded(file, embeds)).append(withoutComments(script));
    return HostDocument.of(
        step,
        header.summary(),
        header.timeoutSeconds(),
        List.copyOf(parameters.values()),
        text.toString());
  }

  private static void declare(String file, Map<String, Parameter> parameters, Header header) {
    for (Parameter parameter : header.parameters()) {
      if (parameters.put(parameter.name(), parameter) != null) {
        throw new DocumentRefused(file, "parameter " + parameter.name() + " is declared before");
      }
    }
  }

  /**
   * A document may have 64 KB and a template, which has every document, 1 MB: what explains a
   * script to its reader stays with the source. Lines that are a comment and nothing else go; what
   * stands in a here-document of a script must not begin with one.
   */
  private static String withoutComments(String script) {
    return script
        .lines()
        .filter(line -> !line.stripLeading().startsWith("#"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** Quoted here-documents keep every byte; the end marker must not occur in the text. */
  private String embedded(String file, Set<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("embedded_file() {\n  case $1 in\n");
    for (String name : names) {
      String content = carried(file, name);
      if (content.contains("END_OF_FILE") || !content.endsWith("\n")) {
        throw new DocumentRefused(
            name, "cannot be embedded: END_OF_FILE in it, or no last newline");
      }
      text.append("    ").append(name).append(") cat <<'END_OF_FILE'\n").append(content);
      text.append("END_OF_FILE\n      ;;\n");
    }
    return text.append("    *) return 1 ;;\n  esac\n}\n").toString();
  }

  /** A constant that changes with the files it names, for telling what made something. */
  private String digest(String file, String name, List<String> files) {
    StringBuilder content = new StringBuilder();
    files.forEach(named -> content.append(named).append('\n').append(carried(file, named)));
    return "readonly " + name + "=" + HostDocument.shortHash(content.toString()) + "\n";
  }

  private String carried(String file, String name) {
    return read(file, (name.endsWith(".py") ? host.resolve("lib") : units).resolve(name));
  }

  private static String read(String reader, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DocumentRefused(reader, "there is no file " + file);
    }
    try {
      String text = Files.readString(file);
      if (text.indexOf('\r') >= 0) {
        throw new DocumentRefused(reader, file + " has carriage returns");
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
