package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.CommandShims.Point;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Power cuts at many points of one run: the run is held before each change while the disk is
 * copied, and the instance boots from each copy. Of copies one after the other that leave the
 * instance in the same state only the first is kept.
 */
final class CrashCopies {
  private final FaultFixture fixture;
  private final LoopDisk disk;

  /**
   * A copy of the disk.
   *
   * @param point the first one at which the disk was like this
   * @param points how many of them one after the other
   */
  record Crash(Point point, Path disk, int points) {
    @Override
    public String toString() {
      return points == 1 ? point.toString() : point + " and " + (points - 1) + " more";
    }
  }

  CrashCopies(FaultFixture fixture, LoopDisk disk) {
    this.fixture = fixture;
    this.disk = disk;
  }

  /**
   * Runs a request to its end.
   *
   * @param wanted the points at which the disk is copied
   */
  List<Crash> ofARun(String request, Predicate<Point> wanted) {
    fixture.instance().sh("sync");
    var crashes = new ArrayList<Crash>();
    var last = new StringBuilder();
    ExecutionHandle run = ExecutionHandle.start(request);
    fixture
        .shims()
        .holdAtEach(
            "step-*",
            run::isRunning,
            point -> {
              if (wanted.test(point)) {
                Path copy = disk.copy();
                String digest = disk.digest(copy);
                if (digest.contentEquals(last)) {
                  disk.forget(copy);
                  Crash same = crashes.removeLast();
                  crashes.add(new Crash(same.point(), same.disk(), same.points() + 1));
                } else {
                  last.replace(0, last.length(), digest);
                  crashes.add(new Crash(point, copy, 1));
                }
              }
            });
    assertFalse(crashes.isEmpty(), () -> "reaches no point: " + request);
    return crashes;
  }

  /** The power is cut at this point; what serves after the boot. */
  Whole bootedAfter(Crash crash) {
    disk.losePowerAndHas(crash.disk());
    return booted();
  }

  /** Starts the instance after a power cut; what serves then. Nothing may be open. */
  Whole booted() {
    fixture.shims().reset();
    fixture.environment().local("power", "start").exits(0);
    fixture.invariants().countsAgain();
    Whole now = fixture.invariants().holds();
    assertTrue(now.decision().isEmpty(), () -> "open decisions after the boot: " + now);
    return now;
  }
}
