package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands as the agent runs them, in the namespaces of this process: as root, without an instance.
 */
@Tag("instance")
class NamespaceCommandTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Map<String, String> BARE = Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");

  private static NamespaceCommand start(String script, Duration timeout) {
    return NamespaceCommand.start(
        ProcessHandle.current().pid(),
        new ProcessRequest(
            List.of("/bin/sh", "-c", script), BARE, Optional.empty(), timeout, 24_000, 24_000),
        () -> false);
  }

  private static CommandEnd end(NamespaceCommand command) {
    return command.done().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static boolean lives(String pid) {
    return ProcStat.of(Long.parseLong(pid.strip())).filter(stat -> !stat.ended()).isPresent();
  }

  @Test
  void endsWhenItsOutputIsClosed() {
    long begin = System.nanoTime();
    var end = end(start("(sleep 3; echo late) & echo early", MINUTE));
    assertEquals("early\nlate\n", end.stdout(), "output after the end of the shell is included");
    assertFalse(end.timedOut(), end.toString());
    assertTrue(System.nanoTime() - begin > Duration.ofSeconds(3).toNanos(), "it was waited for");
  }

  @Test
  void timesOutWhileAProcessHoldsItsOutput() {
    var end = end(start("sleep 600 & echo $!; sleep 0.5", Duration.ofSeconds(5)));
    assertTrue(end.timedOut(), end.toString());
    assertEquals(0, end.exitCode(), "the shell itself had succeeded");
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (lives(end.stdout()) && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertFalse(lives(end.stdout()), "the rest of its group is killed");
  }

  @Test
  void sparesAProcessThatLeftItsGroup() {
    var end = end(start("setsid sleep 601 & echo $!; sleep 602", Duration.ofSeconds(5)));
    assertTrue(end.timedOut(), end.toString());
    assertEquals(137, end.exitCode());
    assertTrue(lives(end.stdout()), "the kill does not reach another session");
    ProcessHandle.of(Long.parseLong(end.stdout().strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void keepsWhatItPrintedBeforeItWasCancelled(@TempDir Path folder) {
    Path printed = folder.resolve("printed");
    var running = start("setsid sleep 20 & echo so far; >" + printed + "; exec sleep 603", MINUTE);
    while (!Files.exists(printed) && !running.done().isDone()) {
      Thread.onSpinWait();
    }
    running.cancel();
    var end = end(running);
    assertEquals(137, end.exitCode());
    assertEquals("so far\n", end.stdout());
  }
}
