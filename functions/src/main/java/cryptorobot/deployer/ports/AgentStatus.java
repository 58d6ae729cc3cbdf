package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** The SSM agent of an instance, which runs the host commands, as Systems Manager last saw it. */
public sealed interface AgentStatus {

  /**
   * The agent is online. This can be stale for minutes after a stop: compare the ping with the
   * launch.
   */
  record Online(String version, Instant lastPing) implements AgentStatus {
    public Online {
      requireNonNull(version, "version is null");
      requireNonNull(lastPing, "lastPing is null");
    }
  }

  /**
   * The agent never registered, or its connection is lost. {@code why} is the service's own term.
   */
  record Offline(String why) implements AgentStatus {
    public Offline {
      requireNonNull(why, "why is null");
    }
  }
}
