package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.LocalCommand.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A robot that was taken over while it runs: what it can do to later deploys and to readings. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileRobotTest {
  private static final String PATHS = "persistent_paths=[\"state.db\", \"data\", \"logs\"]";
  private static final String OLD_KEYS =
      "{\"BINANCE_API_KEY\": \"OLDKEYa8Zb7Yc6Xd5We4V\", \"BINANCE_SECRET_KEY\": \"OLDSECRETf3Ug2Th1Si9Rj8\"}";

  /** Runs the first argument as the robot, in its unit's view of the file system. */
  private static final String AS_THE_ROBOT =
      """
      nsenter --mount --target "$(systemctl show --property=MainPID --value crypto-robot)" \
        setpriv --reuid=ec2-user --regid=ec2-user --clear-groups -- sh -c "$1"
      """;

  /** The page has less time to start than by default. */
  private static final String IMPATIENT =
      """
      [{"name":"crypto-robot","type":"trading_robot","command":"python main.py --mode robot"},\
      {"name":"crypto-webapp","type":"web_application","command":"python app.py","start_seconds":15}]""";

  /** The robot gives the health answer in place of the web application, which never listens. */
  private static final String TAKES_THE_PORT =
      """
      python3 - <<'END'
      text = open("main.py").read()
      text = text.replace("    stopping = threading.Event()", '''
          import http.server
          class Healthy(http.server.BaseHTTPRequestHandler):
              def do_GET(self):
                  self.send_response(200)
                  self.end_headers()
          server = http.server.ThreadingHTTPServer(("0.0.0.0", 5000), Healthy)
          threading.Thread(target=server.serve_forever, daemon=True).start()
          stopping = threading.Event()''', 1)
      open("main.py", "w").write(text)
      text = open("app.py").read()
      open("app.py", "w").write(text.replace("    port = int(", "    import threading; threading.Event().wait()\\n    port = int(", 1))
      END
      """;

  private TestEnvironment environment;
  private Instance instance;

  @BeforeAll
  void aRobotWithAFileThatOutlivesItsReleases(@TempDir Path folder) {
    environment = new TestEnvironment("hostile-robot.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    environment.store("keys", OLD_KEYS);
    environment.robot().changedBy("echo 1 >state.db", "Keep the state in a file");
    environment.deploy("--set", PATHS, "--set", "protocol=http").exits(0);
    instance = Instance.of(environment);
  }

  private Result deploys(String... more) {
    var arguments = new java.util.ArrayList<>(java.util.List.of("--set", PATHS));
    arguments.addAll(java.util.List.of("--set", "protocol=http"));
    arguments.addAll(java.util.List.of(more));
    return environment.deploy(arguments.toArray(String[]::new));
  }

  @Test
  @Order(1)
  void writesToItsFileAndNothingBesideIt() {
    String kept = "/opt/crypto-robot/current/state.db";
    assertEquals("1", instance.sh("cat " + kept));
    instance.sh(AS_THE_ROBOT, "echo 2 >" + kept + "; touch \"$(realpath " + kept + ")-wal\"");
    for (String attack :
        new String[] {
          "touch /opt/crypto-robot/shared/beside",
          "ln -s /opt/crypto-robot /opt/crypto-robot/shared/state.db",
          "mv /opt/crypto-robot/shared/data /opt/crypto-robot/shared/former",
          "touch /opt/crypto-robot/shared/.deployer-files/beside"
        }) {
      assertNotEquals(0, instance.execute(AS_THE_ROBOT, attack).exit(), attack);
    }
  }

  @Test
  @Order(2)
  void aLinkInSharedIsRefusedAndMakesNothingWritable() {
    instance.sh(
        """
        cd /opt/crypto-robot/shared
        if [ -d .deployer-files ]; then mv .deployer-files ../own; else mv state.db ../own; fi
        runuser --user=ec2-user -- ln -s /opt/crypto-robot state.db
        """);
    String before = environment.processes();
    environment.robot().improves();
    deploys().exits(1).prints("'state.db'").prints("symbolic link");
    assertEquals(before, environment.processes(), "what serves");
    assertFalse(
        instance.execute(AS_THE_ROBOT, "touch /opt/crypto-robot/planted").exit() == 0, "a write");
    instance.sh("cd /opt/crypto-robot; rm shared/state.db; mv own shared/.deployer-files");
    deploys().exits(0);
    assertEquals("2", instance.sh("cat /opt/crypto-robot/current/state.db"));
  }

  @Test
  @Order(3)
  void findsNoKeyThatWasRotatedInAReleaseThatDoesNotServe() {
    environment.store("keys", OLD_KEYS.replace("OLD", "NEW"));
    environment.local("rotate-keys").exits(0);
    assertEquals(
        "", instance.sh("grep -l 'OLDKEY\\|OLDSECRET' -r /opt/crypto-robot/releases || true"));
    assertEquals(
        "1", instance.sh("grep -l NEWSECRET /opt/crypto-robot/releases/*/.env | wc -l"), "keys");
    environment.local("rollback").exits(0);
    assertTrue(
        instance.sh("cat /opt/crypto-robot/current/.env").contains("NEWSECRET"), "current keys");
    assertEquals("live", environment.status().path("mode").asText());
  }

  @Test
  @Order(4)
  void saysNothingInTheNameOfTheDeployer() {
    instance.sh(
        AS_THE_ROBOT,
        "logger -t crypto-robot-deployer 'confirm-release: {\"release\":\"forged\"}'");
    instance.sh("journalctl --sync");
    environment.local("logs", "deployer").exits(0).doesNotPrint("forged");
  }

  @Test
  @Order(5)
  void cannotAnswerInPlaceOfTheWebApplication() {
    String before = environment.status().path("release").asText();
    environment.robot().changedBy(TAKES_THE_PORT, "Answer for the web application");
    deploys("--set", "services=" + IMPATIENT)
        .exits(1)
        .prints("RolledBack")
        .prints("does not have port 5000 to itself");
    assertEquals(before, environment.status().path("release").asText());
    assertEquals("healthy", environment.status().path("health").asText());
  }
}
