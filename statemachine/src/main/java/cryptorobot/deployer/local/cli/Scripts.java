package cryptorobot.deployer.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs the steps in {@code scripts/local.d}, which speak on the same screen. */
final class Scripts {
  private final Settings settings;

  Scripts(Settings settings) {
    this.settings = settings;
  }

  /** Runs a step with this program's own input and output; returns its exit code. */
  int run(String step, String... arguments) {
    return wait(start(new ProcessBuilder(command(step, List.of(arguments))).inheritIO()));
  }

  /** Runs a step with a text as its input, its output on stderr; returns its exit code. */
  int runWith(String input, String step, String... arguments) {
    // The shell duplicates the descriptor. Opening /dev/stderr would truncate a file behind it.
    var onStderr = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$0\" \"$@\" >&2"));
    onStderr.addAll(command(step, List.of(arguments)));
    Process process =
        start(new ProcessBuilder(onStderr).redirectError(ProcessBuilder.Redirect.INHERIT));
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The step ended without reading everything; its exit code says how it went.
    }
    return wait(process);
  }

  private List<String> command(String step, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(settings.home().resolve("scripts/local.d").resolve(step).toString());
    command.addAll(arguments);
    return command;
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int wait(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted");
    }
  }
}
