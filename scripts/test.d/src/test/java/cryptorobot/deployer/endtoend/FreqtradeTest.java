package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * freqtrade from the package index, in a dry run against an exchange on loopback: nothing of it is
 * changed, all that it needs stands in the settings. Each test continues from the last.
 */
@Tag("instance")
@Tag("slow")
@Tag("robots")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FreqtradeTest {
  private static final Duration TO_TRADE = Duration.ofMinutes(3);

  private static final String SERVICES =
      """
      services=[{"name": "freqtrade", "type": "trading_robot", "heartbeat_file": "data/heartbeat", "max_age_seconds": 60,
       "command": "freqtrade trade -c config.json --strategy-path strategies --db-url sqlite:///data/trades.sqlite"},
       {"name": "freqtrade-page", "type": "web_application", "command": "freqtrade webserver -c config.json -c page.json"}]"""
          .replace("\n", "");

  private static final String[] SETTINGS = {
    "--set", "protocol=http",
    "--set", "health_path=/api/v1/ping",
    "--set", "persistent_paths=[\"data\", \"user_data\"]",
    "--set", SERVICES
  };

  private static final String RUN_THE_EXCHANGE =
      """
      systemctl is-active --quiet exchange ||
        systemd-run --quiet --unit=exchange --property=DynamicUser=yes python3 /opt/exchange.py 8900
      """;

  /** How many trades there are, read from freqtrade's own database. */
  private static final String COUNT_TRADES =
      """
      /usr/bin/python3 -c '
      import sqlite3
      print(sqlite3.connect("file:/opt/crypto-robot/shared/data/trades.sqlite?mode=ro", uri=True)
            .execute("select count(*) from trades").fetchone()[0])' 2>/dev/null || echo 0
      """;

  private static final String SAID =
      "journalctl --quiet --output=cat --unit=freqtrade _SYSTEMD_INVOCATION_ID=$(systemctl show --property=InvocationID --value freqtrade)";

  private TestEnvironment trial;
  private Instance instance;
  private String first;

  @BeforeAll
  void anInstanceWithAnExchange(@TempDir Path folder) throws IOException {
    trial =
        new TestEnvironment("freqtrade.local", Robot.named("freqtrade", folder.resolve("robot")));
    trial.local("up").exits(0);
    trial.local("power", "start").exits(0);
    instance = Instance.of(trial);
    Path exchange =
        LocalCommand.home().resolve("scripts/test.d/src/test/resources/robots/exchange.py");
    Files.copy(
        exchange, instance.disk().resolve("opt/exchange.py"), StandardCopyOption.REPLACE_EXISTING);
    instance.sh(RUN_THE_EXCHANGE);
  }

  @BeforeEach
  void fromTheIndex() {
    PackageIndex.assumeAnswers(instance);
  }

  @Test
  @Order(1)
  void isDeployedWithSettingsAloneAndTrades() {
    RobotTable.deploy(trial, "freqtrade", SETTINGS).exits(0).says("http://");
    first = trial.status().path("release").asText();
    isServed(first);
    Await.holds("a trade of freqtrade", TO_TRADE, () -> trades() > 0);
    // Its own interface listens too, and is no drift.
    assertEquals(
        "{\"status\":\"pong\"}", instance.sh("curl --silent http://127.0.0.1:8080/api/v1/ping"));
    trial.local("drift").exits(0).says("what runs is what was deployed");
  }

  @Test
  @Order(2)
  void isChanged() {
    long before = trades();
    trial.robot().becomesBy("sed -i 's/\"first\"/\"second\"/' strategies/swing.py", "Change it");
    RobotTable.deploy(trial, "freqtrade, changed", SETTINGS).exits(0);
    isServed(trial.status().path("release").asText());
    assertFalse(trial.status().path("release").asText().equals(first), "a new release serves");
    assertTrue(trades() >= before, "it keeps its trades");
    Await.holds(
        "the changed strategy",
        TO_TRADE,
        () -> instance.sh(SAID).contains("strategy_version: second"));
  }

  @Test
  @Order(3)
  void isBroken() {
    String serving = trial.status().path("release").asText();
    String good = trial.robot().head();
    trial
        .robot()
        .becomesBy("sed -i '1i import nothing_of_the_kind' strategies/swing.py", "Break it");
    RobotTable.deploy(trial, "freqtrade, strategy broken", SETTINGS)
        .exits(1)
        .says("RolledBack")
        .says("Impossible to load Strategy");
    isServed(serving);
    trial.robot().becomesAgain(good);
    trial
        .robot()
        .becomesBy("sed -i 's/\"stake_currency\": \"USDT\", //' config.json", "Misconfigure it");
    RobotTable.deploy(trial, "freqtrade, configuration broken", SETTINGS)
        .exits(1)
        .says("RolledBack")
        .says("stake_currency");
    isServed(serving);
    trial.robot().becomesAgain(good);
  }

  @Test
  @Order(4)
  void isRolledBackWithTheSettingsOfItsRelease() {
    long before = trades();
    trial.local("rollback").exits(0).says("http://");
    isServed(first);
    trial.local("rotate-keys").exits(0).says("http://");
    isServed(first);
    assertTrue(trades() >= before, "it keeps its trades");
    Await.holds(
        "the first strategy",
        TO_TRADE,
        () -> instance.sh(SAID).contains("strategy_version: first"));
    trial.local("drift").exits(0).says("what runs is what was deployed");
  }

  private void isServed(String release) {
    JsonNode status = trial.status();
    assertEquals(release, status.path("release").asText(), status::toString);
    assertEquals("healthy", status.path("health").asText(), status::toString);
    assertEquals("http", status.path("protocol").asText(), status::toString);
    assertEquals(
        "{\"freqtrade\":\"active\",\"freqtrade-page\":\"active\"}",
        status.path("units").toString());
  }

  private long trades() {
    return Long.parseLong(instance.sh(COUNT_TRADES));
  }
}
