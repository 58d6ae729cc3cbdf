package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.machines.Fleet;
import cryptorobot.localcloud.machines.LocalInstance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * SSM's view of the agents. SSM sees a ping at once, but notices missing pings late: the agent of a
 * stopped instance stays Online for some time, with its last ping.
 */
final class Pings {
  record AgentStatus(LocalInstance machine, Instant lastPing, boolean online) {}

  private record LastPing(Instant ping, Instant seenAt) {}

  private final Fleet fleet;
  private final InstantSource clock;
  private final Duration stale;
  private final Map<String, LastPing> lastPings = new HashMap<>();

  Pings(Fleet fleet, InstantSource clock, Duration stale) {
    this.fleet = fleet;
    this.clock = clock;
    this.stale = stale;
  }

  /** The registered instances: those whose agent has sent a ping. */
  synchronized List<AgentStatus> registered() {
    Instant now = clock.instant();
    List<AgentStatus> agents = new ArrayList<>();
    for (LocalInstance machine : fleet.machines()) {
      machine
          .agentPingAt()
          .ifPresent(ping -> lastPings.put(machine.instanceId(), new LastPing(ping, now)));
      Optional.ofNullable(lastPings.get(machine.instanceId()))
          .ifPresent(
              last ->
                  agents.add(
                      new AgentStatus(
                          machine,
                          last.ping(),
                          machine.agentPingAt().isPresent()
                              || now.isBefore(last.seenAt().plus(stale)))));
    }
    return List.copyOf(agents);
  }
}
