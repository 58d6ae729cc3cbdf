package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The folders of the sources of the steps: {@code <host>/<step>.sh}, {@code <host>/lib/} and the
 * units. Assembles the script of a step from: a line with its name and time limit, the files it
 * embeds, byte for byte, the library files that {@code lib.sh} uses, {@code lib.sh}, the library
 * files that the step uses, and the step's own file.
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
    // The first library needs the files it uses from its first line on.
    List<String> libraries = new ArrayList<>(library(file, FIRST_LIBRARY).uses());
    libraries.add(FIRST_LIBRARY);
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
    String first =
        "#!/usr/bin/env bash\nreadonly STEP=%s STEP_TIMEOUT=%d\n"
            .formatted(step, header.timeoutSeconds());
    return HostDocument.of(
        step,
        header.summary(),
        header.timeoutSeconds(),
        List.copyOf(parameters.values()),
        first + embedded(file, embeds) + text + withoutComments(script));
  }

  private Header library(String file, String library) {
    return Header.of(library, read(file, host.resolve("lib").resolve(library)));
  }

  private static void declare(String file, Map<String, Parameter> parameters, Header header) {
    for (Parameter parameter : header.parameters()) {
      if (parameters.put(parameter.name(), parameter) != null) {
        throw new DocumentRefused(file, "parameter " + parameter.name() + " is declared before");
      }
    }
  }

  /**
   * A document may have 64 KB, and a template, which contains every document, 1 MB. So comments
   * stay in the source. Lines that contain only a comment are removed. A line of a here-document in
   * a script must therefore not begin with {@code #}.
   */
  private static String withoutComments(String script) {
    return script
        .lines()
        .filter(line -> !line.stripLeading().startsWith("#"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** Every byte of the files, compressed, because a template with every document may have 1 MB. */
  private String embedded(String file, Set<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("embedded_file() {\n  case $1 in\n");
    for (String name : names) {
      text.append("    ").append(name).append(") base64 -d <<'END_OF_FILE' | gzip -dc\n");
      text.append(packed(content(file, name))).append("\nEND_OF_FILE\n      ;;\n");
    }
    return text.append("    *) return 1 ;;\n  esac\n}\n").toString();
  }

  private static String packed(String content) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getMimeEncoder(1000, new byte[] {'\n'}).encodeToString(bytes.toByteArray());
  }

  /**
   * A constant that changes with the files it names, to identify the version that made something.
   */
  private String digest(String file, String name, List<String> files) {
    StringBuilder content = new StringBuilder();
    files.forEach(named -> content.append(named).append('\n').append(content(file, named)));
    return "readonly " + name + "=" + HostDocument.shortHash(content.toString()) + "\n";
  }

  private String content(String file, String name) {
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
