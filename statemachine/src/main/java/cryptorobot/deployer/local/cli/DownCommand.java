package cryptorobot.deployer.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = {
      "Powers every instance off and ends the local cloud; disks, secrets and history stay.",
      "With --environment and --purge: removes the instance of that environment and its disk."
    })
final class DownCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  @Option(names = "--purge", description = "remove everything it ever made")
  private boolean purge;

  private final Workplace workplace;

  DownCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    if (environment.given()) {
      return one();
    }
    Path state = workplace.settings().state();
    Optional<ProcessHandle> cloud = cloud(state);
    if (cloud.isPresent() && workplace.controlIfRunning().answers()) {
      workplace.controlIfRunning().shutdown();
      awaitEnd(cloud.get());
    }
    // Also when the cloud ended well: then nothing is found. A dead one left its instances behind.
    cloud.filter(ProcessHandle::isAlive).ifPresent(ProcessHandle::destroyForcibly);
    if (Files.isDirectory(state) && workplace.scripts().run("stop-machines.sh") != 0) {
      throw new CommandFailure(ExitCode.FAILED, "not everything could be powered off, see above");
    }
    if (purge && Files.isDirectory(state)) {
      workplace.scripts().run("remove-state.sh");
    }
    workplace
        .screen()
        .line(purge ? "everything is removed" : "everything is off; disks, secrets, history stay");
    return ExitCode.DONE.number();
  }

  private int one() {
    if (purge) {
      workplace.control().remove(environment.name());
      workplace.screen().line("the instance of " + environment.name() + " and its disk are gone");
      return ExitCode.DONE.number();
    }
    throw new CommandFailure(
        ExitCode.REFUSED,
        "down ends everything; for one environment: ./scripts/local power stop --environment "
            + environment.name());
  }

  /** The process in {@code cloud.pid}, if it is still the cloud. */
  private static Optional<ProcessHandle> cloud(Path state) {
    try {
      Path file = state.resolve("cloud.pid");
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
          .filter(ProcessHandle::isAlive)
          .filter(found -> commandLine(found).contains("cryptorobot.deployer.local.LocalCloud"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  private static void awaitEnd(ProcessHandle cloud) {
    try {
      cloud.onExit().get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // It is ended the hard way below, and what it left is cleared away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
