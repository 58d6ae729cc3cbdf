package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The disk becomes full, or the clock is wrong. */
@FaultTest
class UnfitHostsTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  UnfitHostsTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  /** No byte more fits from the first command of a step until the end of the execution. */
  @TestFactory
  Stream<DynamicTest> aFullDiskNeverLeavesHalfARelease() {
    var disk = new FullDisk(fixture.instance());
    return Stream.of(
            full(disk, "deploy-release", "DeploymentFailed"),
            full(disk, "inject-keys", "DeploymentFailed"),
            full(disk, "activate-release", "RolledBack"),
            full(disk, "confirm-release", ""))
        .onClose(disk::close);
  }

  private DynamicTest full(FullDisk disk, String step, String expected) {
    return table.test(
        "disk full",
        "from " + step + " on",
        () -> {
          String commit = fixture.commit();
          fixture.shims().holdAt("step-" + step, "*");
          Outcome seen =
              fixture.inject(
                  commit,
                  run -> {
                    fixture.shims().awaitHit();
                    disk.fill();
                    fixture.shims().reset();
                    run.awaitEnd();
                    disk.clear();
                  });
          assertTrue(expected.isEmpty() || expected.equals(seen.ended()), seen::toString);
          return seen;
        });
  }

  /**
   * The host program's clock is a thousand seconds ahead. The kernel's clock is that of this
   * machine, so a line that is appended to the installed program changes what it reads.
   */
  @Test
  void aWrongClockIsReportedBeforeAnythingIsChanged() throws Exception {
    table.run(
        "clock wrong",
        "a thousand seconds ahead",
        () -> {
          Path system =
              fixture
                  .instance()
                  .disk()
                  .resolve("usr/local/lib/crypto-robot-deployer/versions")
                  .resolve(Controller.programVersion())
                  .resolve("robothost/system.py");
          String text = Files.readString(system);
          Files.writeString(system, text + "System.now = lambda self: time.time() + 1000\n");
          try {
            String commit = fixture.commit();
            Outcome seen =
                fixture.inject(
                    commit,
                    run -> {
                      String cause = run.failsAs("DeploymentFailed");
                      assertTrue(cause.contains("the clock is 1000 seconds off"), cause);
                      write(system, text);
                    });
            assertEquals("old", seen.serves());
            return seen;
          } finally {
            write(system, text);
          }
        });
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
