package cryptorobot.deployer.local.cli;

import static java.util.Objects.requireNonNull;

/** Ends a command with a sentence for its reader and an exit code. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  CommandFailure(ExitCode exitCode, String message) {
    super(requireNonNull(message, "message is null"));
    this.exitCode = requireNonNull(exitCode, "exitCode is null");
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
