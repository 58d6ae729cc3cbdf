package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program on this machine to its end. */
final class Program {

  /** The exit code and the outputs of a program. */
  record Ended(int exitCode, String stdout, String stderr) {}

  private final List<String> argv;
  private String stdin = "";
  private Duration timeout = Duration.ofSeconds(30);

  private Program(List<String> argv) {
    this.argv = List.copyOf(argv);
  }

  static Program of(String... argv) {
    return new Program(List.of(argv));
  }

  static Program of(List<String> argv) {
    return new Program(argv);
  }

  Program reading(String text) {
    stdin = text;
    return this;
  }

  Program within(Duration limit) {
    timeout = limit;
    return this;
  }

  /** Runs the program and returns its output; throws if the exit code is not 0. */
  String output() {
    Ended ended = run();
    if (ended.exitCode() != 0) {
      throw new FleetException(
          name() + " ended with " + ended.exitCode() + ": " + lastLines(ended.stderr()));
    }
    return ended.stdout();
  }

  /** Runs the program; accepts any exit code. */
  Ended run() {
    Process process;
    try {
      process = new ProcessBuilder(argv).start();
    } catch (IOException e) {
      throw new FleetException(name() + " could not be run: " + e.getMessage(), e);
    }
    try {
      var stdout = read(process.getInputStream());
      var stderr = read(process.getErrorStream());
      try (var to = process.getOutputStream()) {
        to.write(stdin.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The program ended without reading all its input; its exit code shows the reason.
      }
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new FleetException(name() + " did not end within " + timeout.toSeconds() + " s");
      }
      return new Ended(process.exitValue(), stdout.join(), stderr.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FleetException(name() + " was interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> read(java.io.InputStream from) {
    var text = new CompletableFuture<String>();
    // No virtual thread: a thread that reads the pipe of a process pins its carrier thread.
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (from) {
                text.complete(new String(from.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.complete("");
              }
            });
    return text;
  }

  private String name() {
    return Path.of(argv.getFirst()).getFileName().toString();
  }

  private static String lastLines(String text) {
    var lines = text.strip().lines().toList();
    return String.join("; ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }
}
