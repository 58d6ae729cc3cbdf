package cryptorobot.deployer.ports;

import java.time.Instant;
import java.util.Optional;

/**
 * Commands on instances. Every method may fail with {@code AwsUnavailable} or {@code AccessDenied}.
 */
public interface HostCommands {

  /** The id of the newest command with this very comment on the instance, if any was sent since. */
  Optional<String> find(String instanceId, String comment, Instant since);

  /**
   * Sends a command and returns its id. Not idempotent, so it is tried exactly once: after {@code
   * AwsUnavailable} the command may run all the same, and only {@link #find} can tell. {@code
   * HostUnreachable} when the agent is not registered.
   */
  String send(HostCommand command);

  /** How far the command has come on the instance. */
  CommandState state(String commandId, String instanceId);
}
