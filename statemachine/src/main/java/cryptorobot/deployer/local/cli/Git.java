package cryptorobot.deployer.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The git of one folder on this machine. */
record Git(Path folder) {

  /** What git printed; empty when it failed. */
  Optional<String> ask(String... arguments) {
    return run(false, arguments);
  }

  /**
   * Runs git for what it changes.
   *
   * @throws CommandFailure when it fails; what git said is on stderr
   */
  String change(String... arguments) {
    return run(true, arguments)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.FAILED, "git " + arguments[0] + " failed in " + folder));
  }

  boolean isRepository() {
    return ask("rev-parse", "--git-dir").isPresent();
  }

  private Optional<String> run(boolean loud, String... arguments) {
    // The repository may belong to the person who develops it, while we are root.
    var command = new ArrayList<>(List.of("git", "-c", "safe.directory=*"));
    command.addAll(List.of("-C", folder.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.redirectError(loud ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.DISCARD);
    try {
      Process git = builder.start();
      git.getOutputStream().close();
      String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor() == 0 ? Optional.of(output.strip()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted");
    }
  }
}
