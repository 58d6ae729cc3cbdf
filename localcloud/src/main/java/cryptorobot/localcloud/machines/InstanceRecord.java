package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An instance of a fleet and its state. Synchronized on itself. */
final class InstanceRecord {
  /** The prefix of the one deployer in this cloud. */
  private static final String STACK = "crypto-robot";

  private final Path folder;
  private MachineFile file;
  private MachineState state = MachineState.STOPPED;
  private Optional<Instant> agentPingAt = Optional.empty();
  private Optional<Instant> agentDueAt = Optional.empty();
  private CompletableFuture<Void> off = CompletableFuture.completedFuture(null);

  InstanceRecord(Path folder, MachineFile file) {
    this.folder = folder;
    this.file = file;
  }

  Path folder() {
    return folder;
  }

  MachineDisk disk() {
    return new MachineDisk(folder.resolve("root"));
  }

  /** The file with its console output. */
  Path console() {
    return folder.resolve("console.log");
  }

  synchronized MachineFile file() {
    return file;
  }

  synchronized MachineState state() {
    return state;
  }

  synchronized LocalInstance snapshot() {
    return new LocalInstance(
        file.instanceId(),
        file.environment(),
        state,
        file.launchedAt(),
        file.network().machineEnd(),
        agentPingAt,
        Map.of(
            LocalInstance.ENVIRONMENT_TAG,
            file.environment(),
            LocalInstance.STACK_TAG,
            STACK,
            "Name",
            file.environment()));
  }

  /** Completes when the instance is stopped and only its disk remains. */
  synchronized CompletableFuture<Void> off() {
    return off;
  }

  /** Stopped → pending. Returns false if it is pending or running. */
  synchronized boolean launch(Instant now) {
    switch (state) {
      case PENDING, RUNNING -> {
        return false;
      }
      case STOPPING ->
          throw new FleetException(file.instanceId() + " is stopping; start it when it is stopped");
      case STOPPED -> {
        state = MachineState.PENDING;
        off = new CompletableFuture<>();
        remember(
            new MachineFile(
                file.instanceId(),
                file.environment(),
                file.network(),
                Optional.of(now),
                Optional.empty()));
        return true;
      }
    }
    throw new IllegalStateException("not reached");
  }

  synchronized void connected(LinkNetwork network) {
    remember(
        new MachineFile(
            file.instanceId(), file.environment(), network, file.launchedAt(), file.supervisor()));
  }

  synchronized void booted(Supervisor supervisor) {
    remember(
        new MachineFile(
            file.instanceId(),
            file.environment(),
            file.network(),
            file.launchedAt(),
            Optional.of(supervisor)));
  }

  /** Takes over a running instance that an earlier fleet started. */
  synchronized void adopt() {
    state = MachineState.PENDING;
    off = new CompletableFuture<>();
  }

  /** Pending → running. Its agent will be online at the given time. */
  synchronized void up(Instant agentAt) {
    if (state == MachineState.PENDING) {
      state = MachineState.RUNNING;
      agentDueAt = Optional.of(agentAt);
    }
  }

  /** Running or pending → stopping. Returns false if it is stopping or stopped. */
  synchronized boolean halt() {
    if (state == MachineState.STOPPING || state == MachineState.STOPPED) {
      return false;
    }
    state = MachineState.STOPPING;
    silence();
    return true;
  }

  /** Any state → stopped. {@link #off} completes later, when everything else is removed. */
  synchronized void down() {
    state = MachineState.STOPPED;
    silence();
    remember(
        new MachineFile(
            file.instanceId(),
            file.environment(),
            file.network(),
            file.launchedAt(),
            Optional.empty()));
  }

  /** Whether a ping of the agent is due. */
  synchronized boolean pingDue(Instant now) {
    return agentDueAt.filter(due -> !due.isAfter(now)).isPresent();
  }

  /** Records a ping of the agent, unless the instance has gone down meanwhile. */
  synchronized void recordPing(Instant now, Instant next) {
    if (agentDueAt.isPresent()) {
      agentPingAt = Optional.of(now);
      agentDueAt = Optional.of(next);
    }
  }

  private void silence() {
    agentPingAt = Optional.empty();
    agentDueAt = Optional.empty();
  }

  private void remember(MachineFile changed) {
    try {
      changed.write(folder.resolve("machine.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    file = changed;
  }
}
