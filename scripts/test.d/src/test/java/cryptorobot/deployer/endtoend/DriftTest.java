package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** An instance is changed by hand. Each test continues from the one before it. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DriftTest {
  private static final String MARK = "visible-if-leaked";

  private static final String BY_HAND =
      """
      cd /opt/crypto-robot
      echo '# by hand' >>current/main.py
      rm current/counter.py
      echo 'print()' >current/extra.py
      chmod 644 current/.env
      echo 'EXTRA=%s' >>current/.env
      touch venv/bin/activate
      echo '# by hand' >>/etc/systemd/system/crypto-robot.service
      systemctl disable --quiet crypto-webapp
      mkdir -p /etc/systemd/system/crypto-webapp.service.d
      printf '[Service]\\nNice=5\\n' >/etc/systemd/system/crypto-webapp.service.d/by-hand.conf
      systemctl daemon-reload
      chmod 600 certificates/drift.local/cert.pem
      cd /opt/crypto-robot/current
      setpriv --reuid=ec2-user --regid=ec2-user --clear-groups -- \
        setsid /opt/crypto-robot/venv/bin/python -m http.server 9124 >/dev/null 2>&1 &
      until ss -Hltn | grep -q :9124; do :; done
      """
          .formatted(MARK);

  /** A third program of the application that listens, besides the robot and the web application. */
  private static final String SECOND_PORT =
      """
      services=[{"name": "crypto-robot", "type": "trading_robot", "command": "python main.py --mode robot"},
       {"name": "crypto-webapp", "type": "web_application", "command": "python app.py"},
       {"name": "robot-interface", "type": "trading_robot", "command": "python -m http.server 9123"}]"""
          .replace("\n", "");

  private static final String LISTEN_BESIDE =
      """
      cd /opt/crypto-robot/current
      setpriv --reuid=ec2-user --regid=ec2-user --clear-groups -- \
        setsid /opt/crypto-robot/venv/bin/python -m http.server 9125 >/dev/null 2>&1 &
      until ss -Hltn | grep -q :9125; do :; done
      """;

  private TestEnvironment environment;

  @BeforeAll
  void aRobotThatTradesLive(@TempDir Path folder) {
    environment = new TestEnvironment("drift.local", Robot.in(folder.resolve("robot")));
    LocalCommand.runWith(
            "{\"BINANCE_API_KEY\": \"%1$s\", \"BINANCE_SECRET_KEY\": \"%1$s\"}".formatted(MARK),
            "keys",
            "--environment",
            environment.name())
        .exits(0);
    environment.deploy().exits(0);
  }

  @Test
  @Order(1)
  void aDeployedReleaseAndTheFilesOfItsRobotAreNoDrift() {
    environment.inside("sh", "-c", "echo x >/opt/crypto-robot/shared/data/of-the-robots-own");
    environment.local("drift").exits(0).prints("what runs is what was deployed");
    assertEquals("0", environment.status().path("drift").asText());
    assertEquals(0, notices(), "notices of drift");
  }

  @Test
  @Order(2)
  void everyDifferenceIsReportedWithACommandAndWithoutContent() {
    environment.inside("bash", "-c", BY_HAND);
    var result = environment.local("drift", "--json").exits(0).doesNotPrint(MARK);
    JsonNode drift = TestEnvironment.parse(result.stdout()).path("drift");
    var kinds = new TreeSet<String>();
    drift.forEach(one -> kinds.add(one.path("what").asText()));
    assertEquals(
        Set.of(
            "certificate",
            "env",
            "environment",
            "files",
            "ports",
            "processes",
            "services",
            "units"),
        kinds,
        drift::toString);
    drift.forEach(one -> assertFalse(one.path("mend").asText().isEmpty(), one::toString));
    String all = drift.toString();
    for (String found :
        List.of(
            "main.py was changed",
            "counter.py is gone",
            "extra.py was added",
            ".env is 644",
            ".env has another content",
            "crypto-robot.service was changed",
            "crypto-webapp is not enabled",
            "by-hand.conf",
            "cert.pem is 600",
            "port 9124")) {
      assertTrue(all.contains(found), () -> "should name '" + found + "': " + all);
    }
    assertEquals(drift.size(), environment.status().path("drift").asInt(), "the number in status");
  }

  @Test
  @Order(3)
  void theSameDriftSendsOneNotice() {
    environment.local("drift").exits(0);
    environment.local("drift").exits(0);
    assertEquals(1, notices(), "notices of drift");
  }

  @Test
  @Order(4)
  void theReportedCommandsFixIt() {
    var fixes = new TreeSet<>(Comparator.comparing(DriftTest::rank).thenComparing(c -> c));
    TestEnvironment.parse(environment.local("drift", "--json").stdout())
        .path("drift")
        .forEach(one -> fixes.add(one.path("mend").asText()));
    fixes.forEach(this::fix);
    environment.local("drift").exits(0).prints("what runs is what was deployed");
    environment.serves(environment.robot().head());
    assertEquals(2, notices(), "its end sends a notice, too");
  }

  @Test
  @Order(5)
  void aPortOfAServiceIsNoDriftAndAnyOtherPortIs() {
    environment.deploy("--set", SECOND_PORT).exits(0);
    environment.local("drift").exits(0).prints("what runs is what was deployed");
    environment.inside("bash", "-c", LISTEN_BESIDE);
    JsonNode drift =
        TestEnvironment.parse(environment.local("drift", "--json").exits(0).stdout()).path("drift");
    var killed = new TreeSet<String>();
    drift.forEach(one -> killed.add(one.path("mend").asText()));
    String pid = environment.inside("pgrep", "--full", "http.server 9125");
    assertEquals(Set.of("on the instance: kill " + pid), killed, drift::toString);
    killed.forEach(this::fix);
    environment.deploy().exits(0);
    environment.local("drift").exits(0).prints("what runs is what was deployed");
  }

  // An order that a person might use and should not: running processes first.
  private static int rank(String command) {
    return command.startsWith("on the instance") ? 0 : 1;
  }

  private void fix(String command) {
    var words = new ArrayList<>(List.of(command.split(" ")));
    if (command.startsWith("on the instance: ")) {
      environment.inside(words.subList(3, words.size()).toArray(String[]::new));
      return;
    }
    switch (words.get(1)) {
      case "start" -> environment.local("power", "start").exits(0);
      case "deploy" -> environment.deploy().exits(0);
      default -> environment.local(words.get(1)).exits(0);
    }
  }

  private long notices() {
    var entries = LocalAws.logs(environment.name()).path("entries");
    return StreamSupport.stream(entries.spliterator(), false)
        .filter(entry -> entry.at("/message/operation").asText().equals("check-drift"))
        .count();
  }
}
