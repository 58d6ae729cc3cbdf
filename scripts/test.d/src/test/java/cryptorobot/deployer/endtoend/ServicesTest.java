package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The last request alone decides which services run. Each test continues from the one before it.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServicesTest {
  private static final String ROBOT =
      service("crypto-robot", "trading_robot", "python main.py --mode robot", true);
  private static final String WEB =
      service("crypto-webapp", "web_application", "python app.py", true);
  private static final String HELPER = "python -m http.server 9123 --bind 127.0.0.1";

  /** What a unit may do, as systemd reports it. */
  private static final String HARDENING =
      "User,ProtectSystem,ReadWritePaths,ProtectHome,NoNewPrivileges,PrivateUsers,PrivateDevices,"
          + "CapabilityBoundingSet,RestrictAddressFamilies,SystemCallFilter,MemoryMax,TasksMax,"
          + "IPAddressDeny,ProtectProc,UMask,Restart";

  /**
   * The deployer's units with what systemd reports about each, and the number of the application's
   * processes.
   */
  private static final String LOOK =
      """
      cd /etc/systemd/system
      for file in $(grep -l '^# Installed by the crypto robot deployer' *.service); do
        unit=${file%.service}
        echo "$unit=$(systemctl is-active "$unit") $(systemctl is-enabled "$unit")"
      done
      echo "processes=$(ps -u ec2-user -o pid= | wc -l)"
      """;

  private TestEnvironment environment;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    environment = new TestEnvironment("services.local", Robot.in(folder.resolve("robot")));
  }

  @Test
  @Order(1)
  void aServiceWithItsOwnCommandGetsAUnitOfTheSameTemplate() {
    deploy(ROBOT, WEB, service("crypto-helper", "trading_robot", HELPER, true));
    assertEquals("3", runs().remove("processes"));
    assertEquals("active enabled", runs().get("crypto-helper"));
    assertEquals("active", environment.status().at("/units/crypto-helper").asText());
    assertEquals(hardening("crypto-robot"), hardening("crypto-helper"), "what it may do");
  }

  @Test
  @Order(2)
  void aServiceThatEndsFailsTheDeploy() {
    var before = runs();
    services(ROBOT, WEB, service("crypto-helper", "trading_robot", "python -c 1/0", true))
        .exits(1)
        .prints("RolledBack")
        .prints("crypto-helper")
        .prints("ZeroDivisionError");
    assertEquals(before, runs(), "what runs before and after");
  }

  @Test
  @Order(3)
  void aServiceThatIsNotEnabledIsStoppedAndNoLongerChecked() {
    deploy(ROBOT, WEB, service("crypto-helper", "trading_robot", "python -c 1/0", false));
    assertEquals(both(), runs());
    assertEquals("inactive", environment.status().at("/units/crypto-helper").asText());
    environment.serves(environment.robot().head());
  }

  @Test
  @Order(4)
  void aServiceThatIsNoLongerRequestedIsStoppedAndRemoved() {
    deploy(ROBOT, WEB, service("crypto-helper", "trading_robot", HELPER, true));
    assertEquals("active enabled", runs().get("crypto-helper"));
    deploy(ROBOT, WEB);
    assertEquals(both(), runs());
    assertEquals(
        "",
        environment.inside(
            "sh", "-c", "systemctl list-unit-files 'crypto-helper*' --no-legend || true"));
    assertEquals("", environment.status().at("/units/crypto-helper").asText());
  }

  @Test
  @Order(5)
  void theModeChoosesTheServicesAndAChangeOfModeConverges() {
    environment.deploy("--set", "mode=\"robot\"").exits(0);
    assertEquals(Map.of("crypto-robot", "active enabled", "processes", "1"), runs());
    assertEquals("healthy", environment.status().path("health").asText());

    environment.deploy("--set", "mode=\"both\"").exits(0);
    assertEquals(both(), runs());
    environment.serves(environment.robot().head());

    environment.deploy("--set", "mode=\"web\"").exits(0);
    assertEquals(Map.of("crypto-webapp", "active enabled", "processes", "1"), runs());
    assertEquals("ok", environment.health().path("status").asText(), "the web application alone");

    environment.deploy("--set", "mode=\"both\"").exits(0);
    assertEquals(both(), runs());
    environment.deploy().exits(0).prints("Nothing to do");
  }

  @Test
  @Order(6)
  void aRobotAloneComesBackAloneAfterANight() {
    environment.deploy("--set", "mode=\"robot\"").exits(0);
    String before = environment.inside("cat", "/proc/sys/kernel/random/boot_id");
    environment.local("power", "stop").exits(0);
    environment.local("power", "start").exits(0).prints("health    healthy");
    assertNotEquals(before, environment.inside("cat", "/proc/sys/kernel/random/boot_id"));
    assertEquals(Map.of("crypto-robot", "active enabled", "processes", "1"), runs());
  }

  private void deploy(String... wanted) {
    services(wanted).exits(0);
  }

  private LocalCommand.Result services(String... wanted) {
    return environment.deploy("--set", "services=[" + String.join(",", wanted) + "]");
  }

  private static Map<String, String> both() {
    return Map.of(
        "crypto-robot", "active enabled", "crypto-webapp", "active enabled", "processes", "2");
  }

  private Map<String, String> runs() {
    return environment
        .inside("bash", "-c", LOOK)
        .lines()
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(part -> part[0], part -> part[1], (a, b) -> b, TreeMap::new));
  }

  private String hardening(String unit) {
    return environment.inside("systemctl", "show", unit, "--property", HARDENING);
  }

  private static String service(String name, String type, String command, boolean enabled) {
    return """
        {"name": "%s", "type": "%s", "command": "%s", "enabled": %s}"""
        .formatted(name, type, command, enabled);
  }
}
