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
 * freqtrade from the package index, in a dry run against an exchange on loopback. It is not
 * modified; all that it needs is in the settings. Each test continues from the one before it.
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

  private static final String LOG =
      "journalctl --quiet --output=cat --unit=freqtrade _SYSTEMD_INVOCATION_ID=$(systemctl show --property=InvocationID --value freqtrade)";

  private TestEnvironment environment;
  private Instance instance;
  private String first;

  @BeforeAll
  void anInstanceWithAnExchange(@TempDir Path folder) throws IOException {
    environment =
        new TestEnvironment("freqtrade.local", Robot.named("freqtrade", folder.resolve("robot")));
    environment.local("up").exits(0);
    environment.local("power", "start").exits(0);
    instance = Instance.of(environment);
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
    RobotTable.deploy(environment, "freqtrade", SETTINGS).exits(0).prints("http://");
    first = environment.status().path("release").asText();
    isServed(first);
    Await.holds("a trade of freqtrade", TO_TRADE, () -> trades() > 0);
    // Its own interface listens, too, and is no drift.
    assertEquals(
        "{\"status\":\"pong\"}", instance.sh("curl --silent http://127.0.0.1:8080/api/v1/ping"));
    environment.local("drift").exits(0).prints("what runs is what was deployed");
  }

  @Test
  @Order(2)
  void isChanged() {
    long before = trades();
    environment
        .robot()
        .changedBy("sed -i 's/\"first\"/\"second\"/' strategies/swing.py", "Change it");
    RobotTable.deploy(environment, "freqtrade, changed", SETTINGS).exits(0);
    isServed(environment.status().path("release").asText());
    assertFalse(
        environment.status().path("release").asText().equals(first), "a new release serves");
    assertTrue(trades() >= before, "the trades are kept");
    Await.holds(
        "the changed strategy",
        TO_TRADE,
        () -> instance.sh(LOG).contains("strategy_version: second"));
  }

  @Test
  @Order(3)
  void isBroken() {
    String serving = environment.status().path("release").asText();
    String good = environment.robot().head();
    environment
        .robot()
        .changedBy("sed -i '1i import nothing_of_the_kind' strategies/swing.py", "Break it");
    RobotTable.deploy(environment, "freqtrade, strategy broken", SETTINGS)
        .exits(1)
        .prints("RolledBack")
        .prints("Impossible to load Strategy");
    isServed(serving);
    environment.robot().revertsTo(good);
    environment
        .robot()
        .changedBy("sed -i 's/\"stake_currency\": \"USDT\", //' config.json", "Misconfigure it");
    RobotTable.deploy(environment, "freqtrade, configuration broken", SETTINGS)
        .exits(1)
        .prints("RolledBack")
        .prints("stake_currency");
    isServed(serving);
    environment.robot().revertsTo(good);
  }

  @Test
  @Order(4)
  void isRolledBackWithTheSettingsOfItsRelease() {
    long before = trades();
    environment.local("rollback").exits(0).prints("http://");
    isServed(first);
    environment.local("rotate-keys").exits(0).prints("http://");
    isServed(first);
    assertTrue(trades() >= before, "the trades are kept");
    Await.holds(
        "the first strategy", TO_TRADE, () -> instance.sh(LOG).contains("strategy_version: first"));
    environment.local("drift").exits(0).prints("what runs is what was deployed");
  }

  private void isServed(String release) {
    JsonNode status = environment.status();
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
