package cryptorobot.deployer.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Replaces commands of an instance by shims that count their callers. At a chosen call a shim kills
 * the caller with everything in its unit, or holds it. The host program finds the shims first on
 * its PATH. A step in Python changes files itself, in the functions of {@code changes.py}: lines
 * appended to the installed copy of that module make each of them such a call, {@code rename <from>
 * <to>}. When this is closed, the instance is as before.
 *
 * <p>A place is {@code step-<step>} for what runs in the unit of a step, {@code outer-<step>} for
 * the script that started this unit, and {@code dead-man} or {@code settle} for the switch.
 */
final class CommandShims implements AutoCloseable {
  /** Every command with which the host scripts change something, and some that only take time. */
  private static final List<String> COMMANDS =
      List.of(
          "aws",
          "chmod",
          "chown",
          "cp",
          "curl",
          "find",
          "install",
          "ln",
          "mkdir",
          "mv",
          "openssl",
          "python3",
          "rm",
          "sync",
          "systemctl",
          "systemd-run",
          "tail",
          "useradd");

  private static final Duration TO_A_HIT = Duration.ofMinutes(2);

  private final Path folder;
  private final Path commands;
  private final Path changes;
  private final String unwatched;

  /** When the caller is killed, relative to the command, or that it waits there instead. */
  enum Moment {
    BEFORE,
    AFTER,
    /** For {@code systemctl}: systemd has the jobs, and no process waits for them. */
    QUEUED,
    HELD,
    /** Every call is held, see {@link #holdAtEach}. */
    EACH;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where to kill.
   *
   * @param number of the call in its place, from 1
   * @param call what is called there
   */
  record Point(String place, int number, Moment moment, String call) {
    /**
     * This point and, where systemd stops or starts units at it, the point after the jobs are
     * queued.
     */
    Stream<Point> alsoQueued() {
      return moment == Moment.BEFORE && call.matches("systemctl (stop|restart) .*")
          ? Stream.of(this, new Point(place, number, Moment.QUEUED, call))
          : Stream.of(this);
    }

    @Override
    public String toString() {
      return "%s %d, %s %s".formatted(place, number, moment.word(), call);
    }
  }

  CommandShims(Instance instance) {
    folder = instance.disk().resolve("root/shims");
    commands = instance.disk().resolve("usr/local/sbin");
    changes =
        instance
            .disk()
            .resolve("usr/local/lib/crypto-robot-deployer/versions")
            .resolve(Controller.programVersion())
            .resolve("robothost/changes.py");
    try (InputStream shim = CommandShims.class.getResourceAsStream("/faults/shim.sh");
        InputStream watching = CommandShims.class.getResourceAsStream("/faults/changes.py")) {
      Files.createDirectories(folder);
      reset();
      byte[] program = shim.readAllBytes();
      for (String command : COMMANDS) {
        // A copy each: the application's user cannot follow a link into /root.
        Path copy = commands.resolve(command);
        Files.write(copy, program);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      unwatched = Files.readString(changes);
      Files.writeString(changes, unwatched + new String(watching.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The points at which a place can be killed: before each call of an undisturbed run, and after
   * the last one. A point is left out when the disk is the same as at the next one, because a file
   * is not yet in its place.
   *
   * @param action makes these calls, and nothing else in the same place
   */
  List<Point> points(String place, Runnable action) {
    watch(place + " 0 before *");
    action.run();
    List<String> calls = calls();
    reset();
    assertTrue(!calls.isEmpty(), () -> place + " calls nothing that is watched");
    var points =
        IntStream.range(0, calls.size())
            .filter(i -> !calls.get(i).matches("(chmod \\d+|sync -d) .*\\.new"))
            .mapToObj(i -> new Point(place, i + 1, Moment.BEFORE, shortened(calls.get(i))))
            .collect(Collectors.toCollection(ArrayList::new));
    points.add(new Point(place, calls.size(), Moment.AFTER, points.getLast().call()));
    return points;
  }

  /**
   * Runs the action while the place is killed at this point, once. Fails when the point is never
   * reached.
   */
  <T> T killed(Point point, Supplier<T> action) {
    watch("%s %d %s *".formatted(point.place(), point.number(), point.moment().word()));
    T result = action.get();
    assertTrue(hasHit(), () -> "did not reach " + point);
    reset();
    return result;
  }

  /**
   * From now on the place is killed, once, at the first call that matches a pattern of the shell.
   */
  void killAt(String place, Moment moment, String pattern) {
    watch(place + " any " + moment.word() + " " + pattern);
  }

  /** Whether the watched call was made. */
  boolean hasHit() {
    return Files.exists(folder.resolve("hit"));
  }

  /** From now on the place is held, once, at the first call that matches a pattern of the shell. */
  void holdAt(String place, String pattern) {
    killAt(place, Moment.HELD, pattern);
  }

  /** From now on the place is held, once, before the call of this point. */
  void holdAt(Point point) {
    watch("%s %d %s *".formatted(point.place(), point.number(), Moment.HELD.word()));
  }

  /**
   * Holds the places at each call, one after the other, until the run has ended.
   *
   * @param places a pattern of the shell
   * @param at gets each point while it is held
   */
  void holdAtEach(String places, BooleanSupplier isRunning, Consumer<Point> at) {
    watch(places + " 0 " + Moment.EACH.word() + " *");
    var numbers = new HashMap<String, Integer>();
    try {
      while (isHeldWhile(isRunning)) {
        String[] hit = Files.readString(folder.resolve("hit")).strip().split(" ", 2);
        int number = numbers.merge(hit[0], 1, Integer::sum);
        at.accept(new Point(hit[0], number, Moment.BEFORE, shortened(hit[1])));
        Files.delete(folder.resolve("hit"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      reset();
    }
  }

  private boolean isHeldWhile(BooleanSupplier isRunning) {
    Await.holds("a call or the end", TO_A_HIT, () -> hasHit() || !isRunning.getAsBoolean());
    return hasHit();
  }

  void awaitHit() {
    Await.holds("the call that is watched", TO_A_HIT, this::hasHit);
  }

  /** Counts and kills nothing any more. A held command continues. */
  void reset() {
    try {
      for (String file : List.of("watched", "calls", "hit")) {
        Files.deleteIfExists(folder.resolve(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> calls() {
    try {
      Path calls = folder.resolve("calls");
      return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void watch(String what) {
    reset();
    try {
      Path fresh = folder.resolve("watched.new");
      Files.writeString(fresh, what + "\n");
      Files.move(fresh, folder.resolve("watched"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // The call without what differs from run to run: ids of releases, processes and executions.
  private static String shortened(String call) {
    String plain =
        call.replaceAll(
                "/opt/crypto-robot/|/etc/systemd/system/|/run/|/var/lib/crypto-robot-deployer/", "")
            .replaceAll("\\d{8}T\\d{6}Z-[0-9a-f]{7}", "ID")
            .replaceAll("\\.\\d+\\.new", ".new")
            .replaceAll("[0-9a-f]{16}", "HASH");
    return plain.length() <= 80 ? plain : plain.substring(0, 79) + "…";
  }

  @Override
  public void close() {
    reset();
    try {
      for (String command : COMMANDS) {
        Files.deleteIfExists(commands.resolve(command));
      }
      Files.writeString(changes, unwatched);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
