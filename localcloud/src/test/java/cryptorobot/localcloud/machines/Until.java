package cryptorobot.localcloud.machines;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits until an instance has a required state; fails with its actual state. */
final class Until {
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private Until() {}

  static LocalInstance state(Fleet fleet, String instanceId, MachineState wanted) {
    return holds(fleet, instanceId, machine -> machine.state() == wanted, wanted.toString());
  }

  static LocalInstance agentIsOnline(Fleet fleet, String instanceId) {
    return holds(
        fleet, instanceId, machine -> machine.agentPingAt().isPresent(), "its agent online");
  }

  static LocalInstance holds(
      Fleet fleet, String instanceId, Predicate<LocalInstance> wanted, String name) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      LocalInstance machine = find(fleet, instanceId);
      if (wanted.test(machine)) {
        return machine;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + LONGEST + " for " + name + ", but it is " + machine);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** The output of a command; retries while the instance cannot run it. */
  static String responds(Fleet fleet, String instanceId, ProcessRequest command) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      try {
        var end = fleet.run(instanceId, command).done().join();
        if (end.exitCode() == 0) {
          return end.stdout();
        }
      } catch (FleetException e) {
        // Not yet: the instance is between two boots.
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + LONGEST + " for a response of " + instanceId);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  static LocalInstance find(Fleet fleet, String instanceId) {
    return fleet.machines().stream()
        .filter(machine -> machine.instanceId().equals(instanceId))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no machine " + instanceId));
  }
}
