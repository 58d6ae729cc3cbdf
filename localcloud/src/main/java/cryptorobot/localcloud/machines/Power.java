package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Boots instances and powers them off, each in a thread of its own. */
final class Power {
  // SIGRTMIN+4 asks systemd for a power-off (systemd(1)); 38 is its number with glibc.
  private static final String POWER_OFF = "-38";

  private static final List<String> IS_UP = List.of("/usr/bin/systemctl", "is-system-running");

  private final FleetSettings settings;
  private final InstanceNetworking surroundings;
  private final Clock clock;
  private final Consumer<String> progress;

  Power(
      FleetSettings settings,
      InstanceNetworking surroundings,
      Clock clock,
      Consumer<String> progress) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.clock = clock;
    this.progress = progress;
  }

  /** Boots an instance whose state is pending already. */
  void on(InstanceRecord resident) {
    thread("boot", resident, () -> boot(resident));
  }

  private void boot(InstanceRecord resident) {
    try {
      LinkNetwork got = surroundings.connect(resident);
      resident.disk().address(got);
      long pid = supervisor(resident, got).start().pid();
      resident.booted(
          Supervisor.of(pid)
              .orElseThrow(() -> new FleetException("boot-machine.sh ended at once")));
      awaitUp(resident);
    } catch (IOException | RuntimeException e) {
      progress.accept(resident.file().instanceId() + " did not start: " + e.getMessage());
      resident.file().supervisor().ifPresentOrElse(Supervisor::kill, () -> settle(resident));
    }
  }

  private ProcessBuilder supervisor(InstanceRecord resident, LinkNetwork network) {
    var process =
        new ProcessBuilder(
                "setsid",
                settings.scripts().resolve("boot-machine.sh").toString(),
                resident.file().instanceId(),
                resident.disk().root().toString(),
                network.hostname())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(resident.console().toFile())
            .redirectErrorStream(true)
            .directory(Path.of("/").toFile());
    process.environment().clear();
    process
        .environment()
        .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    return process;
  }

  // Until systemd inside has started everything; or the machine is gone, or the time is over.
  private void awaitUp(InstanceRecord resident) {
    long deadline = System.nanoTime() + settings.bootLimit().toNanos();
    while (!isUp(resident)) {
      if (resident.state() != MachineState.PENDING) {
        return;
      }
      if (System.nanoTime() > deadline) {
        long seconds = settings.bootLimit().toSeconds();
        throw new FleetException(
            "not up within " + seconds + " s; its console: " + resident.console());
      }
      try {
        resident.off().get(50, TimeUnit.MILLISECONDS);
        throw new FleetException("it went down while booting; its console: " + resident.console());
      } catch (TimeoutException e) {
        // Still on its way: look again.
      } catch (InterruptedException | ExecutionException e) {
        throw new FleetException("interrupted while booting", e);
      }
    }
    resident.up(clock.instant().plus(settings.agentDelay()));
  }

  /**
   * Powers off an instance whose state is stopping already; cuts the power if it takes too long.
   */
  void off(InstanceRecord resident) {
    thread("stop", resident, () -> powerOff(resident));
  }

  private void powerOff(InstanceRecord resident) {
    Optional<Supervisor> supervisor = resident.file().supervisor();
    try {
      supervisor
          .flatMap(Supervisor::leader)
          .ifPresentOrElse(
              leader -> Program.of("/bin/kill", POWER_OFF, Long.toString(leader.pid())).run(),
              () -> supervisor.ifPresent(Supervisor::kill));
      resident.off().get(settings.powerOffLimit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      progress.accept(
          resident.file().instanceId() + " did not power off in time and was switched off");
      supervisor.ifPresent(Supervisor::kill);
    } catch (InterruptedException | ExecutionException e) {
      supervisor.ifPresent(Supervisor::kill);
    }
  }

  /** An instance that an earlier fleet booted, or had begun to. */
  void adopt(InstanceRecord resident) {
    if (isUp(resident)) {
      resident.up(clock.instant());
      resident.agentSign(clock.instant(), clock.instant().plus(settings.agentInterval()));
    } else {
      thread("boot", resident, () -> finishBoot(resident));
    }
  }

  private void finishBoot(InstanceRecord resident) {
    try {
      awaitUp(resident);
    } catch (FleetException e) {
      progress.accept(resident.file().instanceId() + ": " + e.getMessage());
      resident.file().supervisor().ifPresent(Supervisor::kill);
    }
  }

  /** Notes that an instance is off, however that came; then whoever waits for it is told. */
  void settle(InstanceRecord resident) {
    // Taken now: once it is stopped it may be started again at any moment.
    var off = resident.off();
    try {
      surroundings.disconnect(resident);
    } finally {
      resident.down();
      surroundings.protect();
      off.complete(null);
    }
  }

  /** Whether systemd inside has started everything. */
  static boolean isUp(InstanceRecord resident) {
    return resident
        .file()
        .supervisor()
        .flatMap(Supervisor::leader)
        .map(leader -> Stream.of(NamespaceCommand.enter(leader.pid()), IS_UP))
        .map(parts -> Program.of(parts.flatMap(List::stream).toList()).run().stdout().strip())
        .filter(List.of("running", "degraded")::contains)
        .isPresent();
  }

  private static void thread(String what, InstanceRecord resident, Runnable work) {
    Thread.ofPlatform().daemon().name(what + "-" + resident.file().instanceId()).start(work);
  }
}
