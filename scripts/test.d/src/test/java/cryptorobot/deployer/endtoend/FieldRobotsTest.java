package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Programs from the package index that once failed in the sandbox of a service. */
@Tag("instance")
@Tag("slow")
@Tag("robots")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldRobotsTest {
  private static final String ENVIRONMENT = "field.local";
  private static final Duration TO_COMPILE = Duration.ofSeconds(90);

  private Path folder;
  private Instance instance;

  @BeforeAll
  void anInstance(@TempDir Path folder) {
    this.folder = folder;
    LocalCommand.run("up", "--environment", ENVIRONMENT).exits(0);
    LocalCommand.run("power", "start", "--environment", ENVIRONMENT).exits(0);
    instance = Instance.of(new TestEnvironment(ENVIRONMENT, null));
  }

  @BeforeEach
  void fromTheIndex() {
    PackageIndex.assumeAnswers(instance);
  }

  @Test
  void aWorkerOfGunicornSetsItsOwnId() {
    TestEnvironment page =
        deployed("gunicorn", "/health", "web_application", "gunicorn -b 0.0.0.0:5000 app:app");
    assertEquals("well", instance.sh("curl --silent http://127.0.0.1:5000/health"));
    assertTrue(log().contains("Booting worker"), log());
    assertFalse(log().contains("not permitted"), log());
    page.local("drift").exits(0).prints("what runs is what was deployed");
  }

  @Test
  void streamlitReadsItsSecretsFromItsHomeFolder() {
    deployed(
        "streamlit",
        "/_stcore/health",
        "web_application",
        "streamlit run page.py --server.headless true --server.port 5000");
    assertTrue(
        instance.sh("curl --silent http://127.0.0.1:5000/").contains("<title>Streamlit</title>"));
    assertFalse(log().contains("PermissionError"), log());
  }

  @Test
  void numbaAndMatplotlibWriteTheirCaches() {
    deployed("numba", "/health", "trading_robot", "python main.py");
    Await.holds("what numba compiled", TO_COMPILE, () -> log().contains("mean 2.0"));
    assertTrue(log().contains("kept 1"), log());
    assertFalse(log().contains("MPLCONFIGDIR"), log());
  }

  private TestEnvironment deployed(String name, String health, String type, String command) {
    var environment = new TestEnvironment(ENVIRONMENT, Robot.named(name, folder.resolve(name)));
    String service =
        "services=[{\"name\": \"service\", \"type\": \"%s\", \"command\": \"%s\"}]"
            .formatted(type, command);
    RobotTable.deploy(
            environment,
            name,
            "--set",
            "protocol=http",
            "--set",
            "health_path=" + health,
            "--set",
            service)
        .exits(0);
    return environment;
  }

  private String log() {
    return instance.sh(
        "journalctl --quiet --output=cat --unit=service"
            + " _SYSTEMD_INVOCATION_ID=$(systemctl show --property=InvocationID --value service)");
  }
}
