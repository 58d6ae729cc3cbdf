package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The instance loses its power before each change from the keys to the confirmation, in a rollback
 * and in a rotation of keys, and with it everything that was not synced. After the boot one whole
 * release serves, and the same request completes.
 */
@Tag("instance")
@Tag("slow")
@Tag("powercuts")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Faults.class)
abstract class LostPages {
  private static final List<String> STEPS =
      List.of("inject-keys", "activate-release", "confirm-release");

  private final FaultFixture fixture;
  private final FaultTable table;
  private final CrashCopies copies;
  private final LoopDisk disk;
  private final String kind;

  LostPages(FaultFixture fixture, FaultTable table, String kind) {
    this.fixture = fixture;
    this.table = table;
    this.kind = kind;
    disk = new LoopDisk(fixture.instance(), kind);
    fixture.environment().local("power", "start").exits(0);
    copies = new CrashCopies(fixture, disk);
  }

  @AfterAll
  void theDiskIsAFolderAgain() {
    disk.close();
    fixture.environment().local("power", "start").exits(0);
  }

  @TestFactory
  Stream<DynamicTest> aDeployThatLosesItsPagesLeavesOneWholeRelease() {
    fixture.commit();
    return powerCuts("deploy", fixture.request(), of(STEPS), () -> {});
  }

  @TestFactory
  Stream<DynamicTest> aRollbackThatLosesItsPagesLeavesOneWholeRelease() {
    String good = fixture.environment().robot().head();
    fixture.environment().robot().crashesAtStart();
    return powerCuts(
        "deploy of a crash",
        fixture.request(),
        of(List.of("roll-back")),
        () -> {
          fixture.environment().robot().revertsTo(good);
          fixture.commit();
        });
  }

  @TestFactory
  Stream<DynamicTest> aRotationThatLosesItsPagesLeavesOneWholeRelease() {
    String request =
        ((ObjectNode) TestEnvironment.parse(fixture.request()))
            .put("operation", "rotate-keys")
            .toString();
    fixture.environment().store("keys", fixture.sentinels().keys()).exits(0);
    return powerCuts("rotate-keys", request, of(STEPS), () -> {});
  }

  private Stream<DynamicTest> powerCuts(
      String operation, String request, Predicate<CommandShims.Point> wanted, Runnable fix) {
    Whole before = fixture.invariants().holds();
    List<CrashCopies.Crash> crashes = copies.ofARun(request, wanted);
    fix.run();
    return crashes.stream()
        .map(
            crash ->
                table.test(
                    "power cut, pages lost, " + kind,
                    operation + ": " + crash,
                    () -> {
                      Whole now = copies.bootedAfter(crash);
                      fixture.assertConverges(ExecutionHandle.start(fixture.request()));
                      return new Outcome("ABORTED", FaultFixture.oldOrNew(before, now), now.lock());
                    }));
  }

  /** The deployer reported success: from then on the new release must survive. */
  @TestFactory
  Stream<DynamicTest> aReportedDeployIsNeverLost() {
    return Stream.of(
        table.test(
            "power cut, pages lost, " + kind,
            "deploy, reported",
            () -> {
              Whole before = fixture.invariants().holds();
              String commit = fixture.commit();
              ExecutionHandle.start(fixture.request()).succeeds();
              disk.losePower();
              Whole now = copies.booted();
              assertEquals(commit, now.revision(), "what serves after the boot");
              return new Outcome("deployed", FaultFixture.oldOrNew(before, now), now.lock());
            }));
  }

  /** How often each step of a deploy waits for the disk, and for how long. */
  @TestFactory
  Stream<DynamicTest> aDeployReportsWhatItsSyncsCost() {
    fixture.commit();
    ExecutionHandle.start(fixture.request()).succeeds();
    return Stream.concat(
            Stream.of("acquire-lock", "validate-certificate", "deploy-release"), STEPS.stream())
        .map(
            step ->
                table.test(
                    "time for syncs, " + kind,
                    step,
                    () -> {
                      String waits = waits(step);
                      assertFalse(waits.isEmpty(), step + " reports no sync");
                      return new Outcome(waits, "-", "-");
                    }));
  }

  private String waits(String step) {
    String script =
        "sed -n 's/.*: waited \\([0-9]*\\) times for the disk, \\(.*\\)/\\1 in \\2/p'"
            + " /var/lib/crypto-robot-deployer/log/$1.log | tail -n 1";
    return fixture.instance().sh(script, step);
  }

  private static Predicate<CommandShims.Point> of(List<String> steps) {
    return point -> steps.stream().anyMatch(step -> point.place().equals("step-" + step));
  }
}
