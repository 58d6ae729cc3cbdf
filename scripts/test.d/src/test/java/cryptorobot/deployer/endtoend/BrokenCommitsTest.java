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

/**
 * A new commit is broken in one of the ways that occur in practice. The old one serves afterwards.
 */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenCommitsTest {
  private TestEnvironment environment;
  private String good;

  private enum Breakage {
    CRASHES_AT_START(Robot::crashesAtStart, "ZeroDivisionError"),
    ANSWERS_500(Robot::answers500, "500"),
    NEVER_LISTENS(Robot::neverListens, "crypto-webapp"),
    DIES_AFTER_THREE_SECONDS(Robot::endsAfterThreeSeconds, "ran out of money");

    private final Function<Robot, String> commit;
    private final String evidence;

    Breakage(Function<Robot, String> commit, String evidence) {
      this.commit = commit;
      this.evidence = evidence;
    }
  }

  @BeforeAll
  void aGoodRelease(@TempDir Path folder) {
    environment = new TestEnvironment("broken.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().head();
    environment.deploy().exits(0);
    environment.serves(good);
  }

  @AfterEach
  void theRobotIsGoodAgain() {
    environment.robot().revertsTo(good);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NEVER_LISTENS")
  void rollsBackAndReportsWhy(Breakage breakage) {
    isRolledBack(breakage);
  }

  /** Takes as long as a web application may take to listen. */
  @Test
  @Tag("slow")
  void rollsBackWhenThePageNeverListens() {
    isRolledBack(Breakage.NEVER_LISTENS);
  }

  private void isRolledBack(Breakage breakage) {
    breakage.commit.apply(environment.robot());
    // The bake is long enough for the commit that runs three seconds.
    environment
        .deploy("--set", "bake_seconds=6")
        .exits(1)
        .prints("RolledBack")
        .prints(breakage.evidence);
    environment.serves(good);
  }

  @Test
  void anUnknownPackageIsReportedAndTheOldReleaseNeverStops() {
    String before = environment.processes();
    environment.robot().requiresAnUnknownPackage();
    environment
        .deploy()
        .exits(1)
        .prints("DeploymentFailed")
        .prints("DependencyFailed")
        .prints("no-such-package-anywhere");
    environment.serves(good);
    assertEquals(before, environment.processes(), "the main processes before and after");
  }

  @Test
  void aBranchThatDoesNotExistIsNamed() {
    environment.deploy("--branch", "nowhere").exits(1).prints("BranchMissing").prints("nowhere");
    environment.serves(good);
  }
}
