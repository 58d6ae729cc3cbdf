package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * Robots that need what the sample does not: the environment's file describes it, and the
 * repository stays as it is. Each test continues from the one before it.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DescribedServicesTest {

  /** Ends with 130 after SIGINT, has a page on loopback and a further port, and starts slowly. */
  private static final String WIDE =
      """
      import http.server, json, os, signal, socket, sys, threading, time

      STATE = {"state": "INITIALIZING", "said": sys.argv[1:], "greeting": os.environ["GREETING"]}


      class Status(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              body = json.dumps(STATE).encode()
              self.send_response(200)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)

          def log_message(self, *words):
              pass


      def end(*_):
          print("saving", flush=True)
          time.sleep(1)
          os._exit(130)


      signal.signal(signal.SIGINT, end)
      signal.signal(signal.SIGTERM, lambda *_: os._exit(9))
      page = http.server.HTTPServer(("127.0.0.1", 8080), Status)
      threading.Thread(target=page.serve_forever, daemon=True).start()
      other = socket.create_server(("127.0.0.1", 8081))
      time.sleep(2)
      STATE["state"] = "RUNNING"
      print("Bot heartbeat. State: RUNNING", flush=True)
      while True:
          time.sleep(1)
      """;

  private static final String WIDE_SERVICE =
      """
      {"name": "wide-robot", "type": "trading_robot", "command": "wide.py --say 'two words'",
       "env": {"GREETING": "50% of $HOME \\"quoted\\""}, "stop_signal": "SIGINT", "stop_seconds": 45,
       "success_exit_statuses": [130], "ports": [8081], "memory_max": "300M", "cpu_quota": "80%",
       "tasks_max": 64, "restart": "on-failure", "restart_limit": 3, "start_seconds": 90,
       "unanswered_seconds": 30, "ready": {"log_line": "Bot heartbeat"},
       "health": {"path": "/status", "port": 8080, "protocol": "http", "expected_text": "\\"state\\": \\"RUNNING\\""}}"""
          .replace("\n", "");

  private static final String PAGE =
      """
      {"name": "crypto-webapp", "type": "web_application", "command": "python app.py"}""";

  /** Reports that it is ready; runs only after the console script has started it. */
  private static final String NOTIFIES =
      """
      import os, socket, time

      time.sleep(2)
      with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
          manager.connect(os.environ["NOTIFY_SOCKET"].replace("@", "\\0", 1))
          manager.send(b"READY=1\\nSTATUS=Trading")
      while True:
          time.sleep(1)
      """;

  private TestEnvironment environment;
  private Instance instance;

  @BeforeAll
  void aRobotThatNeedsMuch(@TempDir Path folder) {
    environment = new TestEnvironment("described.local", Robot.in(folder.resolve("robot")));
    environment.robot().adds("wide.py", WIDE);
    environment.robot().adds("notifies.py", NOTIFIES);
    deploy(WIDE_SERVICE, PAGE).exits(0);
    instance = Instance.of(environment);
  }

  private LocalCommand.Result deploy(String... services) {
    return environment.deploy("--set", "services=[" + String.join(",", services) + "]");
  }

  private String shown(String unit, String property) {
    return instance.sh("systemctl show --value -p \"$1\" \"$2\"", property, unit).strip();
  }

  @Test
  @Order(1)
  void theUnitIsAsTheServiceDescribesIt() {
    assertEquals("2", shown("wide-robot", "KillSignal"));
    assertEquals("45s", shown("wide-robot", "TimeoutStopUSec"));
    assertEquals("130", shown("wide-robot", "SuccessExitStatus"));
    assertEquals("314572800", shown("wide-robot", "MemoryMax"));
    assertEquals("64", shown("wide-robot", "TasksMax"));
    assertEquals("800ms", shown("wide-robot", "CPUQuotaPerSecUSec"));
    assertEquals("on-failure", shown("wide-robot", "Restart"));
    assertEquals("4", shown("wide-robot", "StartLimitBurst"));
    String status = instance.sh("curl -s http://127.0.0.1:8080/status");
    assertTrue(status.contains("[\"--say\", \"two words\"]"), status);
    assertTrue(status.contains("50% of $HOME \\\"quoted\\\""), status);
    deploy(WIDE_SERVICE, PAGE).exits(0).prints("Nothing to do");
    environment.local("status").exits(0).prints("healthy");
  }

  @Test
  @Order(2)
  void anOrderlyEndWithItsOwnSignalAndStatusLeavesNoCrash() {
    environment.robot().improves();
    deploy(WIDE_SERVICE, PAGE).exits(0);
    assertEquals("", instance.sh("ls /var/lib/crypto-robot-deployer/crashes 2>/dev/null || true"));
    String journal = instance.sh("journalctl -u wide-robot --no-pager -o cat");
    assertTrue(journal.contains("saving"), journal);
  }

  @Test
  @Order(3)
  void aRobotThatNeverReportsThatItIsReadyIsNotDeployed() {
    String before = environment.status().path("release").asText();
    deploy(
            WIDE_SERVICE
                .replace("Bot heartbeat", "never printed")
                .replace("\"start_seconds\": 90", "\"start_seconds\": 10")
                .replace("\"unanswered_seconds\": 30", "\"unanswered_seconds\": 10"),
            PAGE)
        .exits(1)
        .prints("RolledBack")
        .prints("is not ready: it has printed no line with 'never printed'")
        .prints("10 s from its start, see start_seconds");
    assertEquals(before, environment.status().path("release").asText());
  }

  @Test
  @Order(4)
  void aMissingModuleEndsTheDeployWhileTheOldRobotContinues() {
    String before = shown("wide-robot", "MainPID");
    environment.robot().adds("wide.py", "import nowhere_installed.client\n" + WIDE);
    deploy(WIDE_SERVICE, PAGE)
        .exits(1)
        .prints("DeploymentFailed")
        .prints("wide.py, line 1, imports 'nowhere_installed.client', which is not installed")
        .prints("Add the requirement nowhere_installed");
    assertEquals(before, shown("wide-robot", "MainPID"), "the old robot was not touched");
    environment.robot().adds("wide.py", WIDE);
  }

  @Test
  @Order(5)
  void aConsoleScriptThatNotifiesIsDeployedWhenItIsReady() {
    String notifies =
        """
        {"name": "notifies", "type": "trading_robot", "command": "dotenv run -- python notifies.py", "ready": "notify"}""";
    deploy(notifies, PAGE).exits(0);
    assertEquals("notify", shown("notifies", "Type"));
    assertEquals("Trading", shown("notifies", "StatusText"));
    environment.robot().adds("notifies.py", "import time\ntime.sleep(3600)\n");
    deploy(notifies.replace("\"notify\"", "\"notify\", \"start_seconds\": 8"), PAGE)
        .exits(1)
        .prints("RolledBack")
        .prints("it has not notified systemd (sd_notify, READY=1)");
    assertEquals("Trading", shown("notifies", "StatusText"), "the old one serves again");
    environment.robot().adds("notifies.py", NOTIFIES);
  }

  @Test
  @Order(6)
  void anEndWithStatus0DuringTheStartIsAFailure() {
    environment.robot().adds("ends.py", "print('configuration error')\n");
    deploy("{\"name\": \"ends\", \"type\": \"trading_robot\", \"command\": \"ends.py\"}", PAGE)
        .exits(1)
        .prints("RolledBack")
        .prints("a service must run until it is stopped");
    assertFalse(environment.status().at("/units/notifies").asText().isEmpty());
  }
}
