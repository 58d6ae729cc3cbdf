package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folders that the host program and its documents are made from: the Python program {@code
 * <host>/robothost/} with its steps, {@code <host>/launchers/}, {@code <host>/bootstrap/} and the
 * units.
 *
 * <p>The document of a step declares the step's parameters and runs the step in the version of the
 * program that it is given. The {@code install} documents carry the program.
 */
final class HostScripts {
  private static final String PACKAGE = "robothost";
  private static final String FIRST_MODULE = "layout.py";
  private static final String RUN = "run.sh";
  private static final String INSTALL = "install.sh";

  private final Path host;
  private final Path units;

  HostScripts(Path host, Path units) {
    this.host = host;
    this.units = units;
  }

  /** One for each step, in the order of their names. */
  List<HostDocument> documents() {
    return steps().stream().map(this::document).toList();
  }

  HostDocument document(String step) {
    String file = step + ".py";
    Header header = header(file);
    String run = read(file, host.resolve("bootstrap").resolve(RUN));
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    declare(RUN, parameters, Header.of(RUN, run));
    declare(FIRST_MODULE, parameters, used(file, FIRST_MODULE));
    for (String module : header.uses()) {
      declare(module, parameters, used(file, module));
    }
    declare(file, parameters, header);
    for (String name : header.optional()) {
      if (parameters.computeIfPresent(name, (_, declared) -> declared.asOptional()) == null) {
        throw new DocumentRefused(file, "optional parameter " + name + " is not declared");
      }
    }
    return HostDocument.of(
        step,
        header.summary(),
        header.timeoutSeconds(),
        List.copyOf(parameters.values()),
        "#!/usr/bin/env bash\nstep=%s seconds=%s\n".formatted(step, unitSeconds(header))
            + withoutComments(run));
  }

  /** The time limit of a step's unit, or nothing for a step that run.sh starts as it is. */
  private static String unitSeconds(Header header) {
    return header.uses().contains("fence.py") ? Integer.toString(header.timeoutSeconds()) : "";
  }

  /** The documents that install the program, {@code install-1} first. */
  List<HostDocument> installers() {
    HostProgram program = program();
    String version = program.version();
    String install = read(INSTALL, host.resolve("bootstrap").resolve(INSTALL));
    String unpack = PackedModule.of(read(INSTALL, host.resolve("bootstrap/unpack.py"))).strip();
    Header header = Header.of(INSTALL, install);
    List<byte[]> parts = program.parts();
    List<HostDocument> documents = new ArrayList<>();
    for (int part = 1; part <= parts.size(); part++) {
      String content = Base85.encode(parts.get(part - 1)).replaceAll("(.{1000})", "$1\n");
      String script =
          "#!/usr/bin/env bash\nversion=%s parts=%d part=%d\n"
                  .formatted(version, parts.size(), part)
              + "part_content() {\n  cat <<'END_OF_PART'\n%s\nEND_OF_PART\n}\n".formatted(content)
              + "unpack_program() {\n  cat <<'END_OF_FILE'\n%s\nEND_OF_FILE\n}\n".formatted(unpack)
              + withoutComments(install);
      documents.add(
          HostDocument.of(
              "install-" + part, header.summary(), header.timeoutSeconds(), List.of(), script));
    }
    return documents;
  }

  HostProgram program() {
    SortedMap<String, String> files = new TreeMap<>();
    for (Path file : modules()) {
      files.put(host.relativize(file).toString(), PackedModule.of(read(PACKAGE, file)));
    }
    for (Path file : list(host.resolve("launchers"))) {
      String name = file.getFileName().toString();
      files.put("launchers/" + name, withoutComments(read(name, file)));
    }
    for (Path file : list(units)) {
      String name = file.getFileName().toString();
      files.put("units/" + name, read(name, file));
    }
    return new HostProgram(files);
  }

  private List<String> steps() {
    return list(module("steps")).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.endsWith(".py") && !name.equals("__init__.py"))
        .map(name -> name.substring(0, name.length() - 3).replace('_', '-'))
        .toList();
  }

  private Path module(String name) {
    return host.resolve(PACKAGE).resolve(name);
  }

  /** The files of the Python program, {@code __main__.py} first. */
  private List<Path> modules() {
    if (!Files.isDirectory(host.resolve(PACKAGE))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(host.resolve(PACKAGE))) {
      return Stream.concat(Stream.of(host.resolve("__main__.py")), files)
          .filter(file -> file.toString().endsWith(".py") || file.toString().endsWith(".json"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Header header(String file) {
    Header header = Header.of(file, read(file, module("steps/" + file.replace('-', '_'))));
    if (header.timeoutSeconds() == 0) {
      throw new DocumentRefused(file, "the docstring has no 'Timeout <seconds>'");
    }
    return header;
  }

  /** A module whose docstring declares parameters of the step. */
  private Header used(String step, String module) {
    return Header.of(module, read(step, module(module)));
  }

  private static void declare(String file, Map<String, Parameter> parameters, Header header) {
    for (Parameter parameter : header.parameters()) {
      if (parameters.put(parameter.name(), parameter) != null) {
        throw new DocumentRefused(file, "parameter " + parameter.name() + " is declared before");
      }
    }
  }

  /**
   * What explains a script to its reader stays with the source. Lines that are a comment and
   * nothing else go; what stands in a here-document of a script must not begin with one.
   */
  private static String withoutComments(String script) {
    return script
        .lines()
        .filter(line -> !line.stripLeading().startsWith("#"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** The files of a folder, in the order of their names. */
  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String reader, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DocumentRefused(reader, "there is no file " + file);
    }
    try {
      String text = Files.readString(file, UTF_8);
      if (text.indexOf('\r') >= 0) {
        throw new DocumentRefused(reader, file + " has carriage returns");
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
