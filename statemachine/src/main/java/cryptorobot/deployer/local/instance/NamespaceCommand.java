package cryptorobot.deployer.local.instance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command run inside an instance by entering the namespaces of its PID 1. */
final class NamespaceCommand implements RunningCommand {
  // After the command itself has ended, something it left in the background may hold its output.
  private static final long OUTPUT_GRACE_MILLIS = 2000;

  private static final long LOOK_MILLIS = 100;

  private final Process process;
  private final CompletableFuture<CommandEnd> done = new CompletableFuture<>();

  private NamespaceCommand(Process process) {
    this.process = process;
  }

  /**
   * Starts the command.
   *
   * @param leader the instance's PID 1, as seen from here
   * @param goingDown asked when the command failed: is the instance going down?
   */
  static NamespaceCommand start(long leader, HostCommand command, BooleanSupplier goingDown) {
    // setsid makes the command the leader of a process group, by which all of it can be ended.
    List<String> argv = new ArrayList<>();
    argv.addAll(enter(leader));
    argv.add("/usr/bin/setsid");
    argv.add("--");
    argv.addAll(command.argv());
    var builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    try {
      var running = new NamespaceCommand(builder.start());
      Thread.ofPlatform().daemon().start(() -> running.see(command, goingDown));
      return running;
    } catch (IOException e) {
      throw new FleetException("nsenter could not be run: " + e.getMessage(), e);
    }
  }

  /** The words that put a command into the namespaces of an instance. */
  static List<String> enter(long leader) {
    return List.of("/usr/bin/nsenter", "--target", Long.toString(leader), "--all", "--");
  }

  @Override
  public CompletableFuture<CommandEnd> done() {
    return done.copy();
  }

  @Override
  public void cancel() {
    if (process.isAlive()) {
      kill();
    }
  }

  private void see(HostCommand command, BooleanSupplier goingDown) {
    var stdout = LimitedText.of(process.getInputStream(), command.stdoutLimit());
    var stderr = LimitedText.of(process.getErrorStream(), command.stderrLimit());
    Thread.ofPlatform().daemon().start(() -> feed(command));
    try {
      boolean timedOut = waitOrTimeOut(command.timeout().toNanos());
      int code = process.exitValue();
      boolean lost = code != 0 && !timedOut && goingDown.getAsBoolean();
      done.complete(
          new CommandEnd(
              code,
              stdout.await(OUTPUT_GRACE_MILLIS),
              stderr.await(OUTPUT_GRACE_MILLIS),
              timedOut,
              lost));
    } catch (InterruptedException e) {
      kill();
      done.complete(new CommandEnd(137, "", "interrupted", false, true));
    } catch (RuntimeException e) {
      kill();
      done.complete(new CommandEnd(1, "", "could not be followed: " + e.getMessage(), false, true));
    }
  }

  private boolean waitOrTimeOut(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() > deadline) {
        kill();
        process.waitFor();
        return true;
      }
      // A power-off stops every process before it kills them; nsenter stops itself when its child
      // is stopped, and would keep the dead child and so the whole instance from going away.
      if (ProcStat.of(process.pid()).filter(ProcStat::stopped).isPresent()) {
        Program.of("/bin/kill", "-CONT", Long.toString(process.pid())).run();
      }
    }
    return false;
  }

  private void feed(HostCommand command) {
    try (var stdin = process.getOutputStream()) {
      if (command.stdin().isPresent()) {
        stdin.write(command.stdin().get());
      }
    } catch (IOException e) {
      // It ended without reading everything, which is its right.
    }
  }

  // nsenter forks into the process namespace: its child leads the group, and a group is killed as
  // a whole by the id its leader has here.
  private void kill() {
    List<ProcessHandle> below = process.descendants().toList();
    process
        .children()
        .forEach(leader -> Program.of("/bin/kill", "-KILL", "--", "-" + leader.pid()).run());
    below.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
