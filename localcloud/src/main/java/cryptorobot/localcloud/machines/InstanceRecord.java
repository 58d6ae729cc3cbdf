package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One instance of a fleet and the state it is in. Guarded by itself. */
final class InstanceRecord {
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

  /** What it prints while it boots and runs. */
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
        Map.of(LocalInstance.ENVIRONMENT_TAG, file.environment(), "Name", file.environment()));
  }

  /** Completes when the instance is stopped and nothing of it is left but the disk. */
  synchronized CompletableFuture<Void> off() {
    return off;
  }

  /** Stopped → pending. False if it is pending or running already. */
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

  /** A machine found alive, started by an earlier fleet. */
  synchronized void adopt() {
    state = MachineState.PENDING;
    off = new CompletableFuture<>();
  }

  /** Pending → running; its agent will be online at the given time. */
  synchronized void up(Instant agentAt) {
    if (state == MachineState.PENDING) {
      state = MachineState.RUNNING;
      agentDueAt = Optional.of(agentAt);
    }
  }

  /** Running or pending → stopping. False if it is on its way already or stopped. */
  synchronized boolean halt() {
    if (state == MachineState.STOPPING || state == MachineState.STOPPED) {
      return false;
    }
    state = MachineState.STOPPING;
    silence();
    return true;
  }

  /** Whatever it was → stopped. Who waits for {@link #off} is told when the rest is gone, too. */
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

  /** Whether a sign of the agent is due. */
  synchronized boolean agentDue(Instant now) {
    return agentDueAt.filter(due -> !due.isAfter(now)).isPresent();
  }

  /** The agent gives a sign, unless the instance has gone down meanwhile. */
  synchronized void agentSign(Instant now, Instant next) {
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
