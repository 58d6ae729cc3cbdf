package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs {@code scripts/local} as a person runs it. */
final class LocalCommand {
  private static final long LIMIT_MINUTES = 8;

  private LocalCommand() {}

  /** The exit code of a command and everything it printed. */
  record Result(List<String> command, int exit, String stdout, String stderr) {

    Result exits(int expected) {
      assertEquals(expected, exit, () -> "the exit code of " + this);
      return this;
    }

    /** Asserts that it printed this, on either stream. */
    Result prints(String text) {
      assertTrue(output().contains(text), () -> "should print '" + text + "': " + this);
      return this;
    }

    Result doesNotPrint(String secret) {
      assertTrue(!output().contains(secret), "prints a secret: " + command);
      return this;
    }

    String output() {
      return stdout + stderr;
    }

    @Override
    public String toString() {
      return "%s, which ended with %d and printed:%n%s%s"
          .formatted(String.join(" ", command), exit, stdout, stderr);
    }
  }

  static Result run(String... arguments) {
    return start(arguments).join();
  }

  /** Runs it with these environment variables added. */
  static Result runOn(Map<String, String> machine, String... arguments) {
    return start(machine, "", List.of(arguments)).join();
  }

  static Result runWith(String input, String... arguments) {
    return start(Map.of(), input, List.of(arguments)).join();
  }

  static CompletableFuture<Result> start(String... arguments) {
    return start(Map.of(), "", List.of(arguments));
  }

  static Path home() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve("scripts/local"))) {
        return folder;
      }
    }
    throw new IllegalStateException("scripts/local is in no folder above this one");
  }

  /** The state folder of this run. It is never the usual one, which is a person's own. */
  static Path state() {
    String state = System.getenv("LOCAL_STATE");
    if (state == null || System.getenv("LOCAL_PORT") == null) {
      throw new IllegalStateException(
          "run by scripts/test: LOCAL_STATE and LOCAL_PORT are not set");
    }
    return Path.of(state);
  }

  private static CompletableFuture<Result> start(
      Map<String, String> machine, String input, List<String> arguments) {
    state();
    var command = new ArrayList<String>();
    command.add(home().resolve("scripts/local").toString());
    command.addAll(arguments);
    return CompletableFuture.supplyAsync(
        () -> outcome(machine, input, command), Thread::startVirtualThread);
  }

  private static Result outcome(Map<String, String> machine, String input, List<String> command) {
    try {
      // Files, not pipes: a background process that keeps a pipe open must not delay the end.
      Path out = Files.createTempFile("local-", ".out");
      Path err = Files.createTempFile("local-", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().putAll(machine);
      Process process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        process.destroy();
      }
      var result =
          new Result(
              command.subList(1, command.size()),
              ended ? process.exitValue() : -1,
              Files.readString(out),
              Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
