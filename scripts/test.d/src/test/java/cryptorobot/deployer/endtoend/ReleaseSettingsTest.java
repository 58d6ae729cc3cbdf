package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operation on a release uses the settings of the release. Each test continues from the one
 * before it.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReleaseSettingsTest {
  private static final String ENVIRONMENT = "settings.local";
  private static final String PLAIN =
      "services=[{\"name\": \"page\", \"type\": \"web_application\", \"command\": \"python app.py\"}]";

  private TestEnvironment environment;
  private String plain;

  @BeforeAll
  void aReleaseOverHttpAndOneOverHttps(@TempDir Path folder) {
    environment = new TestEnvironment(ENVIRONMENT, Robot.in(folder.resolve("robot")));
    environment
        .deploy("--set", "protocol=http", "--set", "port=5001", "--set", PLAIN)
        .exits(0)
        .prints("http://");
    plain = environment.status().path("release").asText();
    environment.robot().improves();
    environment.deploy().exits(0);
    assertEquals("https", environment.status().path("protocol").asText());
  }

  @Test
  @Order(1)
  void aRollbackKeepsTheSettingsOfTheRelease() {
    environment.local("rollback").exits(0).prints("http://");
    isThePlainRelease(5001);
  }

  @Test
  @Order(2)
  void newKeysAndARestartKeepTheSettingsOfTheRelease() {
    environment.local("rotate-keys").exits(0);
    isThePlainRelease(5001);
    started("restart", "").succeeds();
    isThePlainRelease(5001);
  }

  @Test
  @Order(3)
  void theRequestOverridesTheSettingsOfTheRelease() {
    started("rollback", ", \"release\": \"" + plain + "\", \"port\": 5002").succeeds();
    assertEquals(5001, port(), "what serves is healthy: nothing to do");
    started("rotate-keys", ", \"port\": 5002").succeeds();
    isThePlainRelease(5002);
    started("rotate-keys", ", \"protocol\": \"https\", \"port\": 5001").succeeds();
    JsonNode status = environment.status();
    assertEquals("https", status.path("protocol").asText(), status::toString);
    assertEquals(5001, port());
  }

  private static ExecutionHandle started(String operation, String more) {
    return ExecutionHandle.start(
        """
        {"environment": "%s", "operation": "%s", "bake_seconds": 0%s}
        """
            .formatted(ENVIRONMENT, operation, more));
  }

  private void isThePlainRelease(int port) {
    JsonNode status = environment.status();
    assertEquals(plain, status.path("release").asText(), status::toString);
    assertEquals("http", status.path("protocol").asText(), status::toString);
    assertEquals("healthy", status.path("health").asText(), status::toString);
    assertEquals("{\"page\":\"active\"}", status.path("units").toString(), status::toString);
    assertEquals(port, port(), status::toString);
  }

  private int port() {
    return java.net.URI.create(environment.status().path("url").asText()).getPort();
  }
}
