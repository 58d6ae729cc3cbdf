package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A new commit is broken in one of the ways commits are; the old one serves afterwards. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenCommitsTest {
  private TestEnvironment trial;
  private String good;

  private enum Breakage {
    CRASHES_AT_START(Robot::crashesAtStart, "ZeroDivisionError"),
    ANSWERS_500(Robot::answers500, "500"),
    NEVER_LISTENS(Robot::neverListens, "crypto-webapp"),
    DIES_AFTER_THREE_SECONDS(Robot::diesAfterThreeSeconds, "ran out of money");

    private final Function<Robot, String> commit;
    private final String evidence;

    Breakage(Function<Robot, String> commit, String evidence) {
      this.commit = commit;
      this.evidence = evidence;
    }
  }

  @BeforeAll
  void aGoodRelease(@TempDir Path folder) {
    trial = new TestEnvironment("broken.local", Robot.in(folder.resolve("robot")));
    good = trial.robot().head();
    trial.deploy().exits(0);
    trial.serves(good);
  }

  @AfterEach
  void theRobotIsGoodAgain() {
    trial.robot().becomesAgain(good);
  }

  @ParameterizedTest
  @EnumSource
  void rollsBackAndSaysWhy(Breakage breakage) {
    breakage.commit.apply(trial.robot());
    // Long enough a bake for the commit that lives three seconds.
    trial.deploy("--set", "bake_seconds=6").exits(1).says("RolledBack").says(breakage.evidence);
    trial.serves(good);
  }

  @Test
  void anUnknownPackageIsNamedAndTheOldReleaseNeverStops() {
    String before = trial.processes();
    trial.robot().asksForUnknownPackage();
    trial
        .deploy()
        .exits(1)
        .says("DeploymentFailed")
        .says("DependencyFailed")
        .says("no-such-package-anywhere");
    trial.serves(good);
    assertEquals(before, trial.processes(), "the main processes before and after");
  }

  @Test
  void aBranchThatDoesNotExistIsNamed() {
    trial.deploy("--branch", "nowhere").exits(1).says("BranchMissing").says("nowhere");
    trial.serves(good);
  }
}
