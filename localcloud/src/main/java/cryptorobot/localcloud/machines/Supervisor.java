package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that supervises a booted instance ({@code boot-machine.sh}). It continues when this
 * program ends; the next program finds it by its id and start time.
 *
 * @param pid its process id
 * @param startTicks its start time in clock ticks after boot ({@code proc(5)}, stat field 22);
 *     distinguishes it from a later process with the same id
 */
record Supervisor(long pid, long startTicks) {

  static Optional<Supervisor> of(long pid) {
    return ProcStat.of(pid).map(stat -> new Supervisor(pid, stat.startTicks()));
  }

  boolean alive() {
    return ProcStat.of(pid)
        .filter(stat -> stat.startTicks() == startTicks && !stat.ended())
        .isPresent();
  }

  /**
   * The instance's PID 1, as a process of this machine; empty while it boots and after it is down.
   */
  Optional<ProcessHandle> leader() {
    if (!alive()) {
      return Optional.empty();
    }
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(found -> isLeader(found.pid()))
        .findFirst();
  }

  /** Kills all processes of the instance at once, like a power cut. */
  void kill() {
    leader().ifPresent(ProcessHandle::destroyForcibly);
    ProcessHandle.of(pid)
        .filter(found -> alive())
        .ifPresent(
            found -> {
              var below = found.descendants().toList();
              found.destroyForcibly();
              below.forEach(ProcessHandle::destroyForcibly);
            });
  }

  // PID 1 of a child namespace, after the stage in which it is still systemd-nspawn.
  private static boolean isLeader(long pid) {
    try {
      Path process = Path.of("/proc", Long.toString(pid));
      boolean first =
          Files.readAllLines(process.resolve("status")).stream()
              .filter(line -> line.startsWith("NSpid:"))
              .map(line -> line.substring("NSpid:".length()).strip().split("\\s+"))
              .anyMatch(ids -> ids.length > 1 && ids[ids.length - 1].equals("1"));
      return first && Files.readString(process.resolve("comm")).strip().equals("systemd");
    } catch (IOException e) {
      return false;
    }
  }
}
