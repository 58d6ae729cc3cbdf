package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a piece of the host scripts as the instance would, for tests of what it answers. */
public final class Script {
  static final Path HOST = Path.of("../scripts/host").toAbsolutePath().normalize();
  static final String PYTHON = "/usr/bin/python3";
  static final Path UNITS = Path.of("../systemd").toAbsolutePath().normalize();

  private Script() {}

  public record Ended(int code, String output, String errors) {}

  /** Runs Python statements that can import the host program. */
  public static Ended python(
      String statements, Map<String, String> environment, String input, String... words) {
    String path = "import sys; sys.path.insert(0, '%s')\n".formatted(HOST);
    List<String> command = new ArrayList<>(List.of(PYTHON, "-ISc", path + statements));
    command.addAll(List.of(words));
    return run(command, environment, input);
  }

  /** The script of a document, as the agent writes it. */
  static String of(HostDocument document) {
    try {
      var lines = new StringBuilder();
      new ObjectMapper()
          .readTree(document.content())
          .at("/mainSteps/0/inputs/runCommand")
          .forEach(line -> lines.append(line.asText()).append('\n'));
      return lines.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String file(String name) {
    try {
      return Files.readString(HOST.resolve("lib").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Ended run(List<String> command, Map<String, String> environment, String input) {
    try {
      Path errors = Files.createTempFile("script", ".err");
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(UTF_8));
      } catch (IOException ignored) {
        // It did not want to read; what it answers is the test's matter.
      }
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      Ended ended = new Ended(process.waitFor(), output, Files.readString(errors));
      Files.delete(errors);
      return ended;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
