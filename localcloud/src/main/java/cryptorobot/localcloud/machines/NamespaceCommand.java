package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs a command in an instance by entering the namespaces of its PID 1. */
final class NamespaceCommand implements RunningCommand {
  // Time limit to read the output that was printed before a kill.
  private static final long OUTPUT_GRACE_MILLIS = 2000;

  // Time limit for nsenter to start the command.
  private static final long START_MILLIS = 1000;

  private static final long LOOK_MILLIS = 100;

  private final Process process;
  private final LimitedText stdout;
  private final LimitedText stderr;
  private final CompletableFuture<CommandEnd> done = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private volatile Optional<ProcessHandle> leader = Optional.empty();

  private NamespaceCommand(Process process, LimitedText stdout, LimitedText stderr) {
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /**
   * Starts the command.
   *
   * @param leader the instance's PID 1, as a process id of this machine
   * @param goingDown whether the instance is going down; called if the command failed
   */
  static NamespaceCommand start(long leader, ProcessRequest command, BooleanSupplier goingDown) {
    // setsid makes the command the leader of a process group, so that the whole group can be
    // killed.
    List<String> argv = new ArrayList<>();
    argv.addAll(enter(leader));
    argv.add("/usr/bin/setsid");
    argv.add("--");
    argv.addAll(command.argv());
    var builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    try {
      var pipe = OutputPipe.make();
      var stdout = pipe.readStdout(command.stdoutLimit());
      var stderr = pipe.readStderr(command.stderrLimit());
      var running = new NamespaceCommand(pipe.start(builder), stdout, stderr);
      Thread.ofPlatform().daemon().start(() -> running.see(command, goingDown));
      return running;
    } catch (IOException e) {
      throw new FleetException("nsenter could not be run: " + e.getMessage(), e);
    }
  }

  /** The command line prefix that enters the namespaces of an instance. */
  static List<String> enter(long leader) {
    return List.of("/usr/bin/nsenter", "--target", Long.toString(leader), "--all", "--");
  }

  @Override
  public CompletableFuture<CommandEnd> done() {
    return done.copy();
  }

  @Override
  public void cancel() {
    if (!done.isDone()) {
      cancelled.complete(null);
      kill();
    }
  }

  private void see(ProcessRequest command, BooleanSupplier goingDown) {
    Thread.ofPlatform().daemon().start(() -> feed(command));
    try {
      awaitStart();
      long deadline = System.nanoTime() + command.timeout().toNanos();
      boolean timedOut = waitOrTimeOut(deadline);
      long exited = System.nanoTime();
      timedOut = timedOut || isHeld(deadline);
      boolean wasHeld = System.nanoTime() - exited > TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
      int code = process.exitValue();
      boolean lost = (code != 0 || wasHeld) && !timedOut && goingDown.getAsBoolean();
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

  // The group can be killed after its leader has ended, but its id must be read before that.
  private void awaitStart() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (process.isAlive() && leader.isEmpty() && System.nanoTime() < deadline) {
      leader = child();
    }
  }

  // Cheaper than ProcessHandle.children(), which reads every process of the machine: a command
  // may end within milliseconds.
  private Optional<ProcessHandle> child() {
    try {
      String children =
          Files.readString(Path.of("/proc/%d/task/%1$d/children".formatted(process.pid())));
      return children.isBlank()
          ? Optional.empty()
          : ProcessHandle.of(Long.parseLong(children.strip().split(" ")[0]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  // Background processes of the command may hold its outputs open. The command has ended when
  // the outputs are closed, or at the timeout.
  private boolean isHeld(long deadline) {
    var closed = CompletableFuture.allOf(stdout.ended(), stderr.ended());
    CompletableFuture.anyOf(closed, cancelled)
        .completeOnTimeout(null, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
        .join();
    if (closed.isDone() || cancelled.isDone()) {
      return false;
    }
    kill();
    return true;
  }

  private boolean waitOrTimeOut(long deadline) throws InterruptedException {
    while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() > deadline) {
        kill();
        process.waitFor();
        return true;
      }
      // A power-off stops every process before it kills it. nsenter stops itself when its child is
      // stopped; it would then never reap its child, and the instance could not go down.
      if (ProcStat.of(process.pid()).filter(ProcStat::stopped).isPresent()) {
        Program.of("/bin/kill", "-CONT", Long.toString(process.pid())).run();
      }
    }
    return false;
  }

  private void feed(ProcessRequest command) {
    try (var stdin = process.getOutputStream()) {
      if (command.stdin().isPresent()) {
        stdin.write(command.stdin().get());
      }
    } catch (IOException e) {
      // The command ended without reading all its input, which is allowed.
    }
  }

  // nsenter forks into the process namespace: its child leads the group. The whole group is killed
  // by the leader's process id on this machine. Processes that left the group survive, as with the
  // real agent.
  private void kill() {
    leader
        .or(this::child)
        .map(first -> Long.toString(first.pid()))
        .ifPresent(first -> Program.of("/bin/kill", "-KILL", "--", "-" + first, first).run());
    process.destroyForcibly();
  }
}
