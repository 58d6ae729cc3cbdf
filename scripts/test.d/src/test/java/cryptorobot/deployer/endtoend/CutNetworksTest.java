package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A network path of the instance is cut while a deploy runs, and is open again for the next deploy.
 */
@FaultTest
class CutNetworksTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  CutNetworksTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  /** Each cut is made at the first command of the step. The step needs the network after it. */
  @TestFactory
  Stream<DynamicTest> aDeployWithoutNetworkFailsWithATrueCauseAndSucceedsOnceItIsBack() {
    return Stream.of(
        cut("git server", "acquire-lock", this::git, "DeploymentFailed"),
        cut("git server", "deploy-release", this::git, "DeploymentFailed"),
        cut("AWS", "deploy-release", Cut::aws, "DeploymentFailed"),
        // Secrets are all that these two steps request from AWS.
        cut("Secrets Manager", "validate-certificate", Cut::aws, "DeploymentFailed"),
        cut("Secrets Manager", "inject-keys", Cut::aws, "DeploymentFailed"),
        cut("everything", "activate-release", Cut::everything, "deployed"),
        cut("everything", "check-health", Cut::everything, "deployed"),
        cut("everything", "confirm-release", Cut::everything, "deployed"));
  }

  private DynamicTest cut(String what, String step, Function<Instance, Cut> cut, String expected) {
    return table.test(
        "network cut",
        what + " in " + step,
        () -> {
          String commit = fixture.commit();
          fixture.shims().holdAt("step-" + step, "*");
          var seen =
              fixture.inject(
                  commit,
                  run -> {
                    fixture.shims().awaitHit();
                    try (var _ = cut.apply(fixture.instance())) {
                      fixture.shims().reset();
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

  /** The controller ends for good while it checks the health. The deadline on the host decides. */
  @TestFactory
  Stream<DynamicTest> withoutNetworkTheDeadlineRollsBack() {
    return Stream.of("check-health", "confirm-release")
        .map(
            step ->
                table.test(
                    "network cut",
                    "no network in " + step + " until the deadline",
                    () -> {
                      String commit = fixture.commit();
                      fixture.shims().holdAt("step-" + step, "*");
                      var seen =
                          fixture.inject(
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
