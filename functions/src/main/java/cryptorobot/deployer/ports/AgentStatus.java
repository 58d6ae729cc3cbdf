package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** The instance's agent, which carries our commands, as the service last heard of it. */
public sealed interface AgentStatus {

  /** It says it is there; stale for minutes after a stop, so compare the ping with the launch. */
  record Online(String version, Instant lastPing) implements AgentStatus {
    public Online {
      requireNonNull(version, "version is null");
      requireNonNull(lastPing, "lastPing is null");
    }
  }

  /** It never registered, or its connection is lost; {@code why} is in the service's words. */
  record Offline(String why) implements AgentStatus {
    public Offline {
      requireNonNull(why, "why is null");
    }
  }
}
