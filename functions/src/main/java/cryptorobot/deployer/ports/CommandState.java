package cryptorobot.deployer.ports;

import java.time.Duration;
import java.util.Optional;

/** How far a command has come. */
public sealed interface CommandState {

  /**
   * Not at its end; also when the service does not show it yet, as is normal just after sending.
   */
  record Running() implements CommandState {}

  /**
   * The script ran and ended.
   *
   * @param exitCode -1 when a signal ended the agent's shell
   * @param output its stdout; {@code --output truncated--} ends one that was cut at 24,000 bytes
   * @param errors its stderr, cut at 8,000 characters
   */
  record Ended(int exitCode, String output, String errors) implements CommandState {}

  /**
   * The service gave up on delivery. No proof that the script never ran: an agent that dies while
   * running ends like this too, so what follows must be safe to repeat.
   */
  record Undelivered(String details) implements CommandState {}

  /**
   * The agent lost the script, as after a power loss: nobody knows how far it came. What follows
   * must be safe to repeat.
   */
  record Lost() implements CommandState {}

  /**
   * The service or the agent says that the time was up. The agent also says so of a script that
   * ended with 137, as one does that was killed.
   *
   * @param killedAfter how long it ran until the agent saw 137; empty when the agent said nothing
   */
  record TimedOut(String details, Optional<Duration> killedAfter) implements CommandState {}

  /** Somebody cancelled it, or the service refused to run it. */
  record Stopped(String details) implements CommandState {}
}
