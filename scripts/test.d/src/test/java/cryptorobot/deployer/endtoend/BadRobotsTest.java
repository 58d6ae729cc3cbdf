package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The commit itself is the fault: the old release serves again, and the cause gives the reason. */
@FaultTest
class BadRobotsTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  BadRobotsTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> aBadCommitIsRolledBackWithItsTrueCause() {
    return Stream.of(
        bad("restarts endlessly", Robot::crashesAtStart, "ZeroDivisionError"),
        bad("health flaps", Robot::flaps, "answered 500"),
        bad("neither works nor ends", Robot::neitherWorksNorEnds, "answered 500"));
  }

  private DynamicTest bad(String what, Function<Robot, String> commit, String evidence) {
    return table.test(
        "bad commit",
        what,
        () -> {
          var seen =
              fixture.inject(
                  commit.apply(fixture.environment().robot()),
                  run -> {
                    String cause = run.failsAs("RolledBack");
                    assertTrue(cause.contains(evidence), cause);
                  });
          assertEquals("old", seen.serves());
          return seen;
        });
  }
}
