package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.Controller.Sent;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.Optional;
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
          "deploy-release",
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

  /** The first answer may be lost, and Systems Manager may deliver a command twice. */
  @Test
  void aConfirmationDeliveredAgainGivesTheSameAnswerAfterTheLockIsReleased() throws Exception {
    table.run(
        "late command",
        "confirm-release twice",
        () -> {
          Whole before = fixture.invariants().holds();
          Controller owner = stages.activated(fixture.owners().next());
          var answer = owner.run("confirm-release", 60).good();
          Whole confirmed = fixture.invariants().holds();
          assertEquals(Optional.empty(), confirmed.owner(), "the owner of the lock");
          assertEquals(answer, owner.run("confirm-release", 60).good());
          // The execution did not get the answer: it rolls back, and finds the release confirmed.
          assertTrue(owner.run("roll-back", 70).good().path("confirmed").asBoolean());
          owner.run("release-lock", 90).good();
          assertEquals(answer, owner.run("confirm-release", 60).good());
          Whole after = fixture.invariants().holds();
          assertEquals(confirmed, after, "what serves, the owner of the lock, what is left over");
          isLateForTheNextOwner(owner);
          return new Outcome("good", FaultFixture.oldOrNew(before, after), after.lock());
        });
  }

  /** A command of a released lock neither disturbs the next owner nor takes its lock. */
  private void isLateForTheNextOwner(Controller owner) {
    fixture.owners().settled();
    Whole before = fixture.invariants().holds();
    owner.with("Operation", "").with("Generation", "0").run("acquire-lock", 50).good();
    owner.run("confirm-release", 60).good();
    owner.run("roll-back", 70).failsAs("LockLost", 20);
    owner.run("discard-release", 70).failsAs("LockLost", 20);
    owner.run("release-lock", 90).good();
    assertEquals(before, fixture.invariants().holds(), "what serves and the owner of the lock");
  }

  @TestFactory
  Stream<DynamicTest> aRunningStepIsStoppedBeforeItIsUndone() {
    return Stream.of("discard-release", "roll-back", "acquire-lock")
        .flatMap(
            undo ->
                Stream.of("deploy-release", "activate-release")
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
    fixture.shims().holdAt("step-" + step, step.equals("deploy-release") ? "*" : "rename*/current");
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
