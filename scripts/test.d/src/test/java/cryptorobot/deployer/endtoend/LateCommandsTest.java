package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.Controller.Sent;
import cryptorobot.deployer.endtoend.FaultTable.Seen;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Commands that arrive late, twice, or from an owner who has lost the lock are refused and change
 * nothing; what still runs is ended before it is undone or the lock is taken over.
 */
@FaultTest
class LateCommandsTest {
  private static final List<String> STEPS =
      List.of(
          "prepare",
          "fetch",
          "build",
          "inspect-certificate",
          "inject-keys",
          "activate",
          "health",
          "confirm",
          "discard",
          "roll-back");

  private final FaultFixture victim;
  private final FaultTable table;
  private final DeployStages stages;

  LateCommandsTest(FaultFixture victim, FaultTable table) {
    this.victim = victim;
    this.table = table;
    stages = new DeployStages(victim);
  }

  @AfterEach
  void nothingIsLockedAnyMore() {
    victim.owners().leave();
  }

  @TestFactory
  Stream<DynamicTest> aStepOfAPhaseThatHasGoneByIsRefused() {
    Controller owner = stages.finished(victim.owners().next());
    owner.run("inspect-certificate", 60).good();
    return refused("of a phase gone by", owner, 59);
  }

  @TestFactory
  Stream<DynamicTest> aStepOfAnOwnerWhoLostTheLockIsRefused() {
    Controller former = stages.finished(victim.owners().next());
    victim.owners().settled();
    return refused("of a former owner", former, 99);
  }

  private Stream<DynamicTest> refused(String why, Controller owner, int phase) {
    return STEPS.stream()
        .map(
            step ->
                table.test("late command", step + " " + why, () -> isRefused(owner, step, phase)));
  }

  private Seen isRefused(Controller owner, String step, int phase) {
    Whole before = victim.promise().holds();
    Answer late = owner.run(step, phase);
    String message = late.failsAs("LockLost", 20);
    assertTrue(message.contains("changed nothing"), message);
    Whole after = victim.promise().holds();
    assertEquals(before, after, "what serves, who has the lock, what is left over");
    return new Seen("LockLost", FaultFixture.which(before, after), after.lock());
  }

  @Test
  void anActivationThatIsDeliveredTwiceActivatesOnce() throws Exception {
    table.run(
        "late command",
        "activate twice at once",
        () -> {
          Whole before = victim.promise().holds();
          Controller owner = stages.finished(victim.owners().next());
          Sent one = owner.send("activate", 50);
          Sent other = owner.send("activate", 50);
          one.answer().good();
          other.answer().good();
          assertEquals(List.of("armed"), victim.promise().holds().decision());
          owner.run("roll-back", 50).good();
          Whole after = victim.promise().holds();
          assertEquals(before.release(), after.release(), "what serves again");
          return new Seen("both good", FaultFixture.which(before, after), after.lock());
        });
  }

  @TestFactory
  Stream<DynamicTest> aStepThatStillRunsIsEndedBeforeItIsUndone() {
    return Stream.of("discard", "roll-back", "begin")
        .flatMap(
            undoing ->
                Stream.of("build", "activate")
                    .map(
                        step ->
                            table.test(
                                "late command",
                                step + " still runs when " + undoing + " comes",
                                () -> isEndedFirst(step, undoing))));
  }

  private Seen isEndedFirst(String step, String undoing) {
    Whole before = victim.promise().holds();
    Controller owner = stages.finished(victim.owners().next());
    victim.shadows().holdAt("step-" + step, step.equals("build") ? "*" : "mv*/current");
    Sent running = owner.send(step, 50);
    victim.shadows().awaitHit();
    if (undoing.equals("begin")) {
      victim.owners().settled();
    } else {
      owner.run(undoing, 70).good();
    }
    victim.shadows().letGo();
    assertNotEquals(0, running.answer().exit(), "the step that still ran");
    Whole after = victim.promise().holds();
    assertEquals(before.release(), after.release(), "what serves");
    assertEquals(List.of(), after.decision(), "what is not decided");
    return new Seen("ended first", FaultFixture.which(before, after), after.lock());
  }
}
