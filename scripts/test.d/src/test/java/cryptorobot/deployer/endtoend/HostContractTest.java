package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the host program relies on in systemd and in its own functions. The tests of the host
 * program check the same of their fakes; here they run as root on an instance.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostContractTest {
  private Instance instance;

  @BeforeAll
  void anInstanceWithTheTestsOfTheHostProgram(@TempDir Path folder) throws Exception {
    var environment = new TestEnvironment("contract.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    environment.local("power", "start").exits(0);
    instance = Instance.of(environment);
    var home = LocalCommand.home();
    instance.sh("mkdir -p /root/contract/scripts");
    var target = instance.disk().resolve("root/contract");
    copy(home.resolve("scripts/host"), target.resolve("scripts"));
    copy(home.resolve("systemd"), target);
  }

  private static void copy(Path source, Path target) throws IOException, InterruptedException {
    var command = List.of("cp", "--recursive", source.toString(), target.toString());
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  @ParameterizedTest
  @ValueSource(strings = {"test_systemd_contract", "test_system_contract", "test_changes_contract"})
  void holdsOnAnInstance(String module) {
    var result =
        instance.execute(
            "cd /root/contract/scripts/host && ON_INSTANCE=yes python3 -m unittest -q tests."
                + module);
    assertEquals(0, result.exit(), result::output);
  }
}
