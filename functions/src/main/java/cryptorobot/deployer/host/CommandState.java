package cryptorobot.deployer.host;

/** How far a command has come. */
public sealed interface CommandState {

  /**
   * Not at its end; also when the service does not show it yet, as is normal just after sending.
   */
  record Running() implements CommandState {}

  /**
   * The script ran and ended.
   *
   * @param output its stdout, cut by the service after 24,000 characters
   * @param errors its stderr, cut after 8,000
   */
  record Ended(int exitCode, String output, String errors) implements CommandState {}

  /**
   * The service gave up on delivery. No proof that the script never ran: an agent that dies while
   * running ends like this too, so what follows must be safe to repeat.
   */
  record Undelivered(String details) implements CommandState {}

  /** The agent ended the script because its time was up. */
  record TimedOut(String details) implements CommandState {}

  /** Somebody cancelled it, or the service refused to run it. */
  record Stopped(String details) implements CommandState {}
}
