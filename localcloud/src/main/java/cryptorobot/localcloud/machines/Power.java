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

/** Boots instances and powers them off, each on its own thread. */
final class Power {
  // SIGRTMIN+4 requests a power-off from systemd (systemd(1)); its number with glibc is 38.
  private static final String POWER_OFF = "-38";

  private static final List<String> IS_UP = List.of("/usr/bin/systemctl", "is-system-running");

  private final FleetSettings settings;
  private final InstanceNetworking networking;
  private final Clock clock;
  private final Consumer<String> progress;

  Power(
      FleetSettings settings,
      InstanceNetworking networking,
      Clock clock,
      Consumer<String> progress) {
    this.settings = settings;
    this.networking = networking;
    this.clock = clock;
    this.progress = progress;
  }

  /** Boots an instance whose state is already pending. */
  void on(InstanceRecord instance) {
    thread("boot", instance, () -> boot(instance));
  }

  private void boot(InstanceRecord instance) {
    try {
      LinkNetwork got = networking.connect(instance);
      instance.disk().address(got);
      long pid = supervisor(instance, got).start().pid();
      instance.booted(
          Supervisor.of(pid)
              .orElseThrow(() -> new FleetException("boot-machine.sh ended at once")));
      awaitUp(instance);
    } catch (IOException | RuntimeException e) {
      progress.accept(instance.file().instanceId() + " did not start: " + e.getMessage());
      instance.file().supervisor().ifPresentOrElse(Supervisor::kill, () -> settle(instance));
    }
  }

  private ProcessBuilder supervisor(InstanceRecord instance, LinkNetwork network) {
    var process =
        new ProcessBuilder(
                "setsid",
                settings.scripts().resolve("boot-machine.sh").toString(),
                instance.file().instanceId(),
                instance.disk().root().toString(),
                network.hostname())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(instance.console().toFile())
            .redirectErrorStream(true)
            .directory(Path.of("/").toFile());
    process.environment().clear();
    process
        .environment()
        .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    return process;
  }

  // Waits until systemd in the instance has started everything, the instance is gone, or the time
  // limit is reached.
  private void awaitUp(InstanceRecord instance) {
    long deadline = System.nanoTime() + settings.bootLimit().toNanos();
    while (!isUp(instance)) {
      if (instance.state() != MachineState.PENDING) {
        return;
      }
      if (System.nanoTime() > deadline) {
        long seconds = settings.bootLimit().toSeconds();
        throw new FleetException(
            "not up within " + seconds + " s; its console: " + instance.console());
      }
      try {
        instance.off().get(50, TimeUnit.MILLISECONDS);
        throw new FleetException("it went down while booting; its console: " + instance.console());
      } catch (TimeoutException e) {
        // Still booting: check again.
      } catch (InterruptedException | ExecutionException e) {
        throw new FleetException("interrupted while booting", e);
      }
    }
    instance.up(clock.instant().plus(settings.agentDelay()));
  }

  /**
   * Powers off an instance whose state is already stopping; forces it off if that takes too long.
   */
  void off(InstanceRecord instance) {
    thread("stop", instance, () -> powerOff(instance));
  }

  private void powerOff(InstanceRecord instance) {
    Optional<Supervisor> supervisor = instance.file().supervisor();
    try {
      supervisor
          .flatMap(Supervisor::leader)
          .ifPresentOrElse(
              leader -> Program.of("/bin/kill", POWER_OFF, Long.toString(leader.pid())).run(),
              () -> supervisor.ifPresent(Supervisor::kill));
      instance.off().get(settings.powerOffLimit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      progress.accept(
          instance.file().instanceId() + " did not power off in time and was switched off");
      supervisor.ifPresent(Supervisor::kill);
    } catch (InterruptedException | ExecutionException e) {
      supervisor.ifPresent(Supervisor::kill);
    }
  }

  /** Adopts an instance that an earlier fleet booted or began to boot. */
  void adopt(InstanceRecord instance) {
    if (isUp(instance)) {
      instance.up(clock.instant());
      instance.recordPing(clock.instant(), clock.instant().plus(settings.agentInterval()));
    } else {
      thread("boot", instance, () -> finishBoot(instance));
    }
  }

  private void finishBoot(InstanceRecord instance) {
    try {
      awaitUp(instance);
    } catch (FleetException e) {
      progress.accept(instance.file().instanceId() + ": " + e.getMessage());
      instance.file().supervisor().ifPresent(Supervisor::kill);
    }
  }

  /** Records that an instance is off, for any reason, and then completes {@code off}. */
  void settle(InstanceRecord instance) {
    // Read now: once the instance is stopped, it may be started again at any moment.
    var off = instance.off();
    try {
      networking.disconnect(instance);
    } finally {
      instance.down();
      networking.protect();
      off.complete(null);
    }
  }

  /** Whether systemd in the instance has started everything. */
  static boolean isUp(InstanceRecord instance) {
    return instance
        .file()
        .supervisor()
        .flatMap(Supervisor::leader)
        .map(leader -> Stream.of(NamespaceCommand.enter(leader.pid()), IS_UP))
        .map(parts -> Program.of(parts.flatMap(List::stream).toList()).run().stdout().strip())
        .filter(List.of("running", "degraded")::contains)
        .isPresent();
  }

  private static void thread(String what, InstanceRecord instance, Runnable work) {
    Thread.ofPlatform().daemon().name(what + "-" + instance.file().instanceId()).start(work);
  }
}
