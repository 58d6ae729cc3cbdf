package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that stays with a booted instance ({@code boot-machine.sh}). It is no child to rely
 * on: it goes on when this program ends, and is found again by its id and start time.
 *
 * @param pid its process id here
 * @param startTicks when it started, in clock ticks after boot ({@code proc(5)}, stat field 22);
 *     tells it from a later process with the same id
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

  /** The instance's own PID 1 as seen from here; none while it boots or after it is down. */
  Optional<ProcessHandle> leader() {
    if (!alive()) {
      return Optional.empty();
    }
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(found -> isLeader(found.pid()))
        .findFirst();
  }

  /** Ends everything of the instance at once, as pulling the plug does. */
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

  // PID 1 of a namespace one below ours, and past the stage where it is still systemd-nspawn.
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
