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

/** A command run inside an instance by entering the namespaces of its PID 1. */
final class NamespaceCommand implements RunningCommand {
  // How long what was printed before a kill may take to be read.
  private static final long OUTPUT_GRACE_MILLIS = 2000;

  // How long nsenter may take to start the command.
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
   * @param leader the instance's PID 1, as seen from here
   * @param goingDown asked when the command failed: is the instance going down?
   */
  static NamespaceCommand start(long leader, ProcessRequest command, BooleanSupplier goingDown) {
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

  // The group can be killed after its leader has ended, but only who saw the leader knows its id.
  private void awaitStart() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (process.isAlive() && leader.isEmpty() && System.nanoTime() < deadline) {
      leader = child();
    }
  }

  // Cheaper than ProcessHandle.children(), which looks at every process of the machine: a command
  // may have ended within milliseconds.
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

  // What the command left in the background may hold its outputs: until they are closed, or the
  // time is up, the command has not ended.
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
      // A power-off stops every process before it kills them; nsenter stops itself when its child
      // is stopped, and would keep the dead child and so the whole instance from going away.
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
      // It ended without reading everything, which is its right.
    }
  }

  // nsenter forks into the process namespace: its child leads the group, and a group is killed as
  // a whole by the id its leader has here. What left the group lives on, as with the real agent.
  private void kill() {
    leader
        .or(this::child)
        .map(first -> Long.toString(first.pid()))
        .ifPresent(first -> Program.of("/bin/kill", "-KILL", "--", "-" + first, first).run());
    process.destroyForcibly();
  }
}
