package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process's stat file, see {@code proc(5)}.
 *
 * @param state field 3: R, S, D, T (stopped), Z (ended, not yet reaped) …
 * @param startTicks field 22: when it started, in clock ticks after boot
 */
record ProcStat(char state, long startTicks) {

  static Optional<ProcStat> of(long pid) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      // The name in parentheses may contain any character; the state follows it as field 3.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Optional.of(new ProcStat(fields[0].charAt(0), Long.parseLong(fields[22 - 3])));
    } catch (IOException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  boolean stopped() {
    return state == 'T';
  }

  boolean ended() {
    return state == 'Z' || state == 'X';
  }
}
