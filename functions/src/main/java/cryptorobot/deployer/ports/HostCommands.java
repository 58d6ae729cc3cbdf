package cryptorobot.deployer.ports;

import java.time.Instant;
import java.util.Optional;

/** Commands on instances. Every method can throw {@code AwsUnavailable} or {@code AccessDenied}. */
public interface HostCommands {

  /**
   * The id of the newest command with exactly this comment that was sent to the instance since
   * then.
   */
  Optional<String> find(String instanceId, String comment, Instant since);

  /**
   * Sends a command and returns its id. Not idempotent, so it is tried exactly once: after {@code
   * AwsUnavailable} the command may still run, and only {@link #find} can show whether it does.
   * Throws {@code HostUnreachable} if the agent is not registered.
   */
  String send(HostCommand command);

  /** The state of the command on the instance. */
  CommandState state(String commandId, String instanceId);
}
