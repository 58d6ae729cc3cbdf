package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.Controller.Sent;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Commands that arrive late, twice, or from a former owner of the lock are refused and change
 * nothing. What still runs is stopped before it is undone or the lock is taken over.
 */
@FaultTest
class LateCommandsTest {
  private static final List<String> STEPS =
      List.of(
          "prepare",
          "fetch",
          "build",
          "validate-certificate",
          "inject-keys",
          "activate-release",
          "check-health",
          "confirm-release",
          "discard-release",
          "roll-back");

  private final FaultFixture fixture;
  private final FaultTable table;
  private final DeployStages stages;

  LateCommandsTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
    stages = new DeployStages(fixture);
  }

  @TestFactory
  Stream<DynamicTest> aStepOfAnEarlierPhaseIsRefused() {
    Controller owner = stages.finished(fixture.owners().next());
    owner.run("validate-certificate", 60).good();
    return refused("of an earlier phase", owner, 59);
  }

  @TestFactory
  Stream<DynamicTest> aStepOfAFormerOwnerIsRefused() {
    Controller former = stages.finished(fixture.owners().next());
    fixture.owners().settled();
    return refused("of a former owner", former, 99);
  }

  private Stream<DynamicTest> refused(String why, Controller owner, int phase) {
    return STEPS.stream()
        .map(
            step ->
                table.test("late command", step + " " + why, () -> isRefused(owner, step, phase)));
  }

  private Outcome isRefused(Controller owner, String step, int phase) {
    Whole before = fixture.invariants().holds();
    Answer late = owner.run(step, phase);
    String message = late.failsAs("LockLost", 20);
    assertTrue(message.contains("changed nothing"), message);
    Whole after = fixture.invariants().holds();
    assertEquals(before, after, "what serves, the owner of the lock, what is left over");
    return new Outcome("LockLost", FaultFixture.oldOrNew(before, after), after.lock());
  }

  @Test
  void anActivationDeliveredTwiceActivatesOnce() throws Exception {
    table.run(
        "late command",
        "activate twice at once",
        () -> {
          Whole before = fixture.invariants().holds();
          Controller owner = stages.finished(fixture.owners().next());
          Sent one = owner.send("activate-release", 50);
          Sent other = owner.send("activate-release", 50);
          one.answer().good();
          other.answer().good();
          assertEquals(List.of("armed"), fixture.invariants().holds().decision());
          owner.run("roll-back", 50).good();
          Whole after = fixture.invariants().holds();
          assertEquals(before.release(), after.release(), "what serves again");
          return new Outcome("both good", FaultFixture.oldOrNew(before, after), after.lock());
        });
  }

  @TestFactory
  Stream<DynamicTest> aRunningStepIsStoppedBeforeItIsUndone() {
    return Stream.of("discard-release", "roll-back", "acquire-lock")
        .flatMap(
            undo ->
                Stream.of("build", "activate-release")
                    .map(
                        step ->
                            table.test(
                                "late command",
                                step + " still runs when " + undo + " comes",
                                () -> isEndedFirst(step, undo))));
  }

  private Outcome isEndedFirst(String step, String undo) {
    Whole before = fixture.invariants().holds();
    Controller owner = stages.finished(fixture.owners().next());
    fixture.shims().holdAt("step-" + step, step.equals("build") ? "*" : "mv*/current");
    Sent running = owner.send(step, 50);
    fixture.shims().awaitHit();
    if (undo.equals("acquire-lock")) {
      fixture.owners().settled();
    } else {
      owner.run(undo, 70).good();
    }
    fixture.shims().reset();
    assertNotEquals(0, running.answer().exit(), "the exit code of the step that still ran");
    Whole after = fixture.invariants().holds();
    assertEquals(before.release(), after.release(), "what serves");
    assertEquals(List.of(), after.decision(), "open decisions");
    return new Outcome("ended first", FaultFixture.oldOrNew(before, after), after.lock());
  }
}
