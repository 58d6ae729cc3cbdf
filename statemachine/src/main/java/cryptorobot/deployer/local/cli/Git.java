package cryptorobot.deployer.local.cli;

import cryptorobot.deployer.local.instance.UntrustedGit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

  /** Why git takes the folder for no repository, in git's words; empty when it is one. */
  Optional<String> refusal() {
    Ended ended = run(new String[] {"rev-parse", "--git-dir"}, true, Redirect.DISCARD);
    return ended.code() == 0
        ? Optional.empty()
        : Optional.of(ended.output().lines().findFirst().orElse("git ended with " + ended.code()));
  }

  private Optional<String> run(boolean loud, String... arguments) {
    Ended ended = run(arguments, false, loud ? Redirect.INHERIT : Redirect.DISCARD);
    return ended.code() == 0 ? Optional.of(ended.output()) : Optional.empty();
  }

  private record Ended(int code, String output) {}

  /**
   * @param merged whether the output has git's messages, too
   */
  private Ended run(String[] arguments, boolean merged, Redirect messages) {
    try {
      ProcessBuilder builder = UntrustedGit.in(folder, List.of(arguments));
      Process git = builder.redirectErrorStream(merged).redirectError(messages).start();
      git.getOutputStream().close();
      String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(git.waitFor(), output.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted");
    }
  }
}
