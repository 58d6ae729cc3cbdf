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
 * What SSM believes of the agents. It learns of a ping at once, but of an agent's silence only
 * after a while: a machine that was stopped is called Online for some time, with its last ping.
 */
final class Pings {
  record Heard(LocalInstance machine, Instant lastPing, boolean online) {}

  private record Memory(Instant ping, Instant seenAt) {}

  private final Fleet fleet;
  private final InstantSource clock;
  private final Duration stale;
  private final Map<String, Memory> memory = new HashMap<>();

  Pings(Fleet fleet, InstantSource clock, Duration stale) {
    this.fleet = fleet;
    this.clock = clock;
    this.stale = stale;
  }

  /** The registered machines: those whose agent has been heard of. */
  synchronized List<Heard> registered() {
    Instant now = clock.instant();
    List<Heard> heard = new ArrayList<>();
    for (LocalInstance machine : fleet.machines()) {
      machine
          .agentPingAt()
          .ifPresent(ping -> memory.put(machine.instanceId(), new Memory(ping, now)));
      Optional.ofNullable(memory.get(machine.instanceId()))
          .ifPresent(
              last ->
                  heard.add(
                      new Heard(
                          machine,
                          last.ping(),
                          machine.agentPingAt().isPresent()
                              || now.isBefore(last.seenAt().plus(stale)))));
    }
    return List.copyOf(heard);
  }
}
