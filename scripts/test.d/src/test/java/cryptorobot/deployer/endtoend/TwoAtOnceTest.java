package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two deploys to the same environment at the same time. */
@Tag("instance")
class TwoAtOnceTest {
  @TempDir private Path folder;

  @Test
  void oneDeployRunsAndTheOtherIsRefusedWithTheNameOfTheOwner() {
    var one = new TestEnvironment("together.local", Robot.in(folder.resolve("one")));
    one.deploy().exits(0);
    var other = new TestEnvironment(one.name(), Robot.in(folder.resolve("other")));
    one.robot().improves();
    other.robot().improves();
    other.robot().improves();

    var first = LocalCommand.start(one.deployArguments());
    var second = LocalCommand.start(other.deployArguments());
    var results = List.of(first.join(), second.join());

    boolean firstRefused = results.getFirst().exit() == 1;
    var refused = results.get(firstRefused ? 0 : 1);
    var served = results.get(firstRefused ? 1 : 0);
    served.exits(0);
    if (refused.exit() == 1) {
      refused.prints("Locked").prints("arn:aws:states:");
      (firstRefused ? other : one).serves((firstRefused ? other : one).robot().head());
    } else {
      // The other had ended before this one requested the lock: one after the other is allowed,
      // too.
      refused.exits(0);
      String serving = one.status().path("revision").asText();
      assertTrue(
          List.of(one.robot().head(), other.robot().head()).contains(serving),
          () -> "serves neither: " + serving);
    }
  }
}
