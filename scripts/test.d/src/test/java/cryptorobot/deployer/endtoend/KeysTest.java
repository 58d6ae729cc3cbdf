package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Invalid keys: the robot trades in simulation or the deploy is refused, as the request demands.
 */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysTest {
  private static final String MARK = "visible-if-leaked";
  private static final String GOOD =
      "{\"BINANCE_API_KEY\": \"" + MARK + "\", \"BINANCE_SECRET_KEY\": \"" + MARK + "\"}";

  private TestEnvironment environment;

  private enum BadKeys {
    NOT_JSON(MARK),
    NOT_AN_OBJECT("[\"" + MARK + "\"]"),
    ONE_MISSING("{\"BINANCE_API_KEY\": \"" + MARK + "\"}"),
    ONE_EMPTY("{\"BINANCE_API_KEY\": \"" + MARK + "\", \"BINANCE_SECRET_KEY\": \"\"}"),
    ONE_IS_A_NUMBER("{\"BINANCE_API_KEY\": \"" + MARK + "\", \"BINANCE_SECRET_KEY\": 12345}");

    private final String secret;

    BadKeys(String secret) {
      this.secret = secret;
    }
  }

  @BeforeAll
  void aRobotThatTradesLive(@TempDir Path folder) {
    environment = new TestEnvironment("keys.local", Robot.in(folder.resolve("robot")));
    LocalCommand.runWith(GOOD, "keys", "--environment", environment.name()).exits(0);
    environment.deploy().exits(0).prints("live").doesNotPrint(MARK);
  }

  @Test
  void aMissingKeyMeansSimulationAndIsReported() {
    simulates(BadKeys.ONE_MISSING);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  void badKeysOfEveryKindMeanSimulation(BadKeys keys) {
    simulates(keys);
  }

  private void simulates(BadKeys keys) {
    environment.store("keys", keys.secret);
    environment.deploy().exits(0).prints("simulation (").doesNotPrint(MARK);
    assertEquals(
        "simulation", environment.serves(environment.robot().head()).path("mode").asText());
    environment.local("logs").doesNotPrint(MARK);
    assertEquals(
        "",
        environment.inside(
            "sh", "-c", "grep BINANCE_API_KEY= /opt/crypto-robot/current/.env || true"));
  }

  @Test
  void anEmptyKeyIsRefusedWhereTheRequestRequiresKeys() {
    // Another content than that of the simulation above, which would be nothing to do.
    refuses(BadKeys.ONE_EMPTY);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  void badKeysOfEveryKindAreRefusedWhereTheRequestRequiresKeys(BadKeys keys) {
    refuses(keys);
  }

  private void refuses(BadKeys keys) {
    String mode = environment.status().path("mode").asText();
    environment.store("keys", keys.secret);
    String before = environment.processes();
    environment
        .deploy("--set", "when_keys_invalid=refuse")
        .exits(1)
        .prints("KeysRefused")
        .doesNotPrint(MARK);
    assertEquals(before, environment.processes(), "the main processes before and after");
    assertEquals(mode, environment.serves(environment.robot().head()).path("mode").asText());
  }
}
