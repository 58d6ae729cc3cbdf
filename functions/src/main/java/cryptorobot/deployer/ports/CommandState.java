package cryptorobot.deployer.ports;

import java.time.Duration;
import java.util.Optional;

/** The state of a command. */
public sealed interface CommandState {

  /**
   * The command has not ended. Also if the service does not list it yet, as is normal just after
   * sending.
   */
  record Running() implements CommandState {}

  /**
   * The script ran and ended.
   *
   * @param exitCode -1 when a signal ended the agent's shell
   * @param output its stdout; ends with {@code --output truncated--} if it was cut at 24,000 bytes
   * @param errors its stderr, cut at 8,000 characters
   */
  record Ended(int exitCode, String output, String errors) implements CommandState {}

  /**
   * The service stopped trying to deliver the command. This does not prove that the script never
   * ran: a command also ends like this if the agent dies while the script runs. Whatever follows
   * must be safe to repeat.
   */
  record Undelivered(String details) implements CommandState {}

  /**
   * The agent lost the script, as after a power loss. How much of it ran is unknown. Whatever
   * follows must be safe to repeat.
   */
  record Lost() implements CommandState {}

  /**
   * The service or the agent reports that the time limit was reached. The agent also reports this
   * for a script that ended with 137, as a killed script does.
   *
   * @param killedAfter how long it ran until the agent saw 137; empty if the agent did not report
   *     it
   */
  record TimedOut(String details, Optional<Duration> killedAfter) implements CommandState {}

  /** The command was cancelled, or the service refused to run it. */
  record Stopped(String details) implements CommandState {}
}
