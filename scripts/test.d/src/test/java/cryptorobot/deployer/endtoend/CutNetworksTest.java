package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A way out of the instance is cut while a deploy runs, and is there again for the next one. */
@FaultTest
class CutNetworksTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  CutNetworksTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  /** Each at the first thing the step does: what it needs of the network comes after. */
  @TestFactory
  Stream<DynamicTest> aDeployWithoutNetworkFailsWithATrueCauseAndSucceedsOnceItIsBack() {
    return Stream.of(
        cut("git server", "inspect", this::git, "DeploymentFailed"),
        cut("git server", "fetch", this::git, "DeploymentFailed"),
        cut("AWS", "prepare", Cut::aws, "DeploymentFailed"),
        // Of all AWS these two ask only for a secret.
        cut("Secrets Manager", "inspect-certificate", Cut::aws, "DeploymentFailed"),
        cut("Secrets Manager", "inject-keys", Cut::aws, "DeploymentFailed"),
        cut("everything", "activate", Cut::everything, "deployed"),
        cut("everything", "health", Cut::everything, "deployed"),
        cut("everything", "confirm", Cut::everything, "deployed"));
  }

  private DynamicTest cut(String what, String step, Function<Instance, Cut> cut, String expected) {
    return table.test(
        "network cut",
        what + " in " + step,
        () -> {
          String commit = fixture.commits();
          fixture.shims().holdAt("step-" + step, "*");
          var seen =
              fixture.meets(
                  commit,
                  run -> {
                    fixture.shims().awaitHit();
                    try (var _ = cut.apply(fixture.instance())) {
                      fixture.shims().letGo();
                      run.awaitEnd();
                    }
                  });
          assertEquals(expected, seen.ended());
          return seen;
        });
  }

  private Cut git(Instance instance) {
    String url = TestEnvironment.parse(fixture.request()).path("repository_url").asText();
    return Cut.port(instance, URI.create(url).getPort());
  }

  /** The controller is gone for good while it checks health: the deadline decides, on the host. */
  @TestFactory
  Stream<DynamicTest> withoutNetworkTheDeadlineRollsBack() {
    return Stream.of("health", "confirm")
        .map(
            step ->
                table.test(
                    "network cut",
                    "nothing heard in " + step + " until the deadline",
                    () -> {
                      String commit = fixture.commits();
                      fixture.shims().holdAt("step-" + step, "*");
                      var seen =
                          fixture.meets(
                              commit,
                              run -> {
                                fixture.shims().awaitHit();
                                fixture.instance().sh("systemctl start crypto-robot-dead-man");
                              });
                      assertEquals("RolledBack", seen.ended());
                      assertEquals("old", seen.serves());
                      return seen;
                    }));
  }
}
