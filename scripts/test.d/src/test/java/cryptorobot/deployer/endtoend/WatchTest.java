package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a robot after the deploy is detected, sends one notice, and can be inspected. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchTest {
  private static final String SECRET = "w4tch-Secret/+key=?&7";
  private static final String KEYS =
      "{\"BINANCE_API_KEY\": \"w4tch-api-key-1\", \"BINANCE_SECRET_KEY\": \"" + SECRET + "\"}";
  private static final String SERVICES =
      """
      services=[{"name": "crypto-robot", "type": "trading_robot", "command": "python main.py --mode robot",
       "heartbeat_file": "data/heartbeat", "max_age_seconds": 8},
       {"name": "crypto-webapp", "type": "web_application", "command": "python app.py"}]"""
          .replace("\n", "");
  private static final Duration TO_COME_BACK = Duration.ofSeconds(60);

  private TestEnvironment environment;
  private Instance instance;
  private String good;

  @BeforeAll
  void aRobotWithAHeartbeat(@TempDir Path folder) {
    environment = new TestEnvironment("watch.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().head();
    environment.local("up").exits(0);
    environment.store("keys", KEYS);
    deploy().exits(0);
    instance = Instance.of(environment);
  }

  private LocalCommand.Result deploy(String... more) {
    var all = new ArrayList<>(List.of("--set", SERVICES));
    all.addAll(List.of(more));
    return environment.deploy(all.toArray(String[]::new));
  }

  private LocalCommand.Result check() {
    return environment.local("check-health");
  }

  private List<String> notices() {
    var notices = new ArrayList<String>();
    for (JsonNode entry : LocalAws.logs(environment.name()).path("entries")) {
      if (entry.at("/message/operation").asText().equals("check-health")) {
        notices.add(entry.at("/message/headline").asText());
      }
    }
    return notices;
  }

  private void awaitNewRobot(String before) {
    Await.holds(
        "the robot runs again",
        TO_COME_BACK,
        () -> {
          String now = robot();
          return !now.equals("0") && !now.equals(before);
        });
  }

  private String robot() {
    return instance.sh("systemctl show --property=MainPID --value crypto-robot").strip();
  }

  private void gets(String signal) {
    instance.sh("systemctl kill --kill-whom=main --signal=\"$1\" crypto-robot", signal);
  }

  private void ends(String signal) {
    String before = robot();
    gets(signal);
    awaitNewRobot(before);
  }

  @Test
  @Order(1)
  void aHealthyRobotSendsNoNotice() {
    check().exits(0).prints("Healthy");
    assertEquals(List.of(), notices(), "notices about a healthy robot");
  }

  @Test
  @Order(2)
  void aRunningRobotWithoutHeartbeatIsNotHealthyAndSendsOneNotice() {
    gets("STOP");
    Await.holds(
        "status reports the missing heartbeat",
        TO_COME_BACK,
        () -> environment.status().path("health").asText().equals("unhealthy"));
    assertTrue(
        environment
            .status()
            .path("reason")
            .asText()
            .contains("silent: no heartbeat in data/heartbeat"),
        environment.status()::toString);
    check().exits(1).prints("Unhealthy").prints("no heartbeat in data/heartbeat");
    check().exits(1);
    assertEquals(List.of("unhealthy"), notices(), "one notice for one change");

    gets("CONT");
    Await.holds(
        "the heartbeat is back",
        TO_COME_BACK,
        () -> environment.status().path("health").asText().equals("healthy"));
    check().exits(0);
    check().exits(0);
    assertEquals(List.of("unhealthy", "healthy again"), notices(), "one notice for the recovery");
  }

  @Test
  @Order(3)
  void aLostNoticeIsSentAgain() {
    instance.sh("echo unhealthy >/var/lib/crypto-robot-deployer/told/check-health");
    check().exits(0).prints("NotifyChange");
    assertEquals("healthy again", notices().getLast());
    check().exits(0).doesNotPrint("NotifyChange");
  }

  @Test
  @Order(4)
  void aCrashBetweenTwoReadingsSendsANoticeAndLeavesABundle() {
    ends("SEGV");
    check().exits(0);
    assertEquals("restarted after a crash", notices().getLast());
    check().exits(0).doesNotPrint("NotifyChange");
    environment.local("crash-report").exits(0).prints("was killed by signal SEGV").prints("tick ");
    JsonNode crashes = environment.status().path("crashes");
    assertEquals(1, crashes.path("count").asInt(), crashes::toString);
    assertEquals(
        "600 root root\n700 root root",
        instance
            .sh(
                "stat --format='%a %U %G' /var/lib/crypto-robot-deployer/crashes/2*.json /var/lib/crypto-robot-deployer/crashes")
            .strip());
  }

  @Test
  @Order(5)
  void aRequestedStopLeavesNoBundle() {
    environment.local("power", "stop").exits(0);
    check().exits(0).prints("Asleep");
    environment.local("power", "start").exits(0);
    assertEquals(
        1, environment.status().at("/crashes/count").asInt(), "bundles after a clean stop");
    check().exits(0).prints("Healthy");
  }

  @Test
  @Order(6)
  void aRobotThatKeepsRestartingIsNotHealthyThoughItRuns() {
    instance.sh(
        """
        mkdir -p /run/systemd/system/crypto-robot.service.d
        printf '[Service]\\nRestartSec=100ms\\n' >/run/systemd/system/crypto-robot.service.d/often.conf
        systemctl daemon-reload""");
    for (int i = 0; i < 6; i++) {
      ends("KILL");
    }
    check().exits(1).prints("restarted 6 times in 30 minutes");
    assertEquals("unhealthy", notices().getLast());
    JsonNode crashes = environment.status().path("crashes");
    assertEquals(
        5,
        crashes.path("count").asInt(),
        () -> "the bundles of many crashes are limited: " + crashes);
    instance.sh(
        "rm -r /run/systemd/system/crypto-robot.service.d; systemctl daemon-reload;"
            + " systemctl restart crypto-robot");
    check().exits(0).prints("Healthy");
  }

  @Test
  @Order(7)
  void aFailedDeployNamesTheBundleAndNoSecretOfItIsShown() {
    environment.robot().printsItsSecrets();
    var deploy = deploy();
    good = environment.robot().revertsTo(good);
    deploy
        .exits(1)
        .prints("RolledBack")
        .prints("ran out of money")
        .prints("crash bundle")
        .doesNotPrint(SECRET);
    var report = environment.local("crash-report", "--last", "1").exits(0);
    report
        .prints("ran out of money")
        .prints("the key is [redacted] or [redacted]")
        .doesNotPrint(SECRET);
    report.doesNotPrint(java.util.Base64.getEncoder().encodeToString(SECRET.getBytes()));
    environment
        .local("logs", "crypto-robot", "--since", "10m", "--lines", "2000")
        .exits(0)
        .prints("the key is [redacted]")
        .doesNotPrint(SECRET);
    assertEquals(
        "",
        instance
            .sh(
                "grep --recursive --files-with-matches --fixed-strings \"$1\" /var/lib/crypto-robot-deployer/crashes || true",
                SECRET)
            .strip());
    check().exits(0);
  }

  @Test
  @Order(8)
  void aReleaseWithoutHeartbeatIsRolledBack() {
    environment.robot().writesNoHeartbeat();
    var deploy = deploy();
    good = environment.robot().revertsTo(good);
    deploy.exits(1).prints("RolledBack").prints("no heartbeat in data/heartbeat");
  }

  @Test
  @Order(9)
  void aRunningDeployRaisesNoAlarmAndAnAbandonedOneHidesNothing() {
    int before = notices().size();
    environment.robot().improves();
    var deploy =
        LocalCommand.start(
            environment.deployArguments("--set", SERVICES, "--set", "bake_seconds=200"));
    Await.holds(
        "the release is activated",
        Duration.ofMinutes(3),
        () ->
            instance.execute("grep -q '\"phase\":50' /var/lib/crypto-robot-deployer/lock").exit()
                    == 0
                && !robot().equals("0"));
    gets("STOP");
    check().exits(0).prints("being put into service");
    assertEquals(before, notices().size(), "notices during a deploy");

    ExecutionHandle.newest().stop();
    deploy.join();
    instance.sh("systemctl stop crypto-robot-step-check-health || true");
    instance.sh("touch --date='10 minutes ago' /var/lib/crypto-robot-deployer/lock");
    Await.holds("a missing heartbeat sends a notice", TO_COME_BACK, () -> check().exit() == 1);
    assertEquals("unhealthy", notices().getLast());
    environment.deploy("--set", SERVICES).exits(0);
    check().exits(0);
  }

  @Test
  @Order(11)
  void shippedLogsGoToTheAgentWithoutSecrets() {
    instance.sh(
        """
        mkdir -p /opt/aws/amazon-cloudwatch-agent/bin
        cat >/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl <<'END'
        #!/bin/bash
        echo "$*" >>/root/agent-arguments
        END
        chmod 755 /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl""");
    Map<String, String> settings = new HashMap<>();
    ExecutionHandle.newest()
        .resultOf("PlanDeployment")
        .path("settings")
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
    Controller controller =
        Controller.named("ships", instance, settings)
            .with("Lifetime", "execution")
            .with("StealFrom", "")
            .with("KeepUntilReboot", "false")
            .with("Stamp", StartCounts.now())
            .with("LogGroup", "/crypto-robot/instance/watch.local");
    String generation =
        controller.with("Operation", "").run("acquire-lock", 0).good().path("generation").asText();
    controller = controller.with("Generation", generation);
    controller.run("deploy-release", 20).good();
    instance.sh(
        "setpriv --reuid=ec2-user --regid=ec2-user --clear-groups"
            + " bash -c 'echo \"shipped $1\" | systemd-cat' bash \"$1\"",
        SECRET);
    Await.holds(
        "the line is copied",
        TO_COME_BACK,
        () ->
            instance
                    .execute("grep -q 'shipped \\[redacted\\]' /var/log/crypto-robot/journal.log")
                    .exit()
                == 0);
    assertEquals(
        1,
        instance.execute("grep -qF \"$1\" /var/log/crypto-robot/journal.log", SECRET).exit(),
        "the secret is in the shipped log");
    assertTrue(instance.sh("cat /root/agent-arguments").startsWith("-a append-config -m ec2 -s"));
    assertTrue(
        instance
            .sh("cat /etc/crypto-robot-deployer/cloudwatch-agent.json")
            .contains("\"/crypto-robot/instance/watch.local\""));

    controller.with("LogGroup", "").run("deploy-release", 20).good();
    assertEquals(
        "inactive", instance.execute("systemctl is-active crypto-robot-ship").output().strip());
    controller.run("release-lock", 90);
  }

  @Test
  @Order(10)
  void logsAreLimitedAndHaveFewReaders() {
    assertEquals(
        "700 root root",
        instance.sh("stat --format='%a %U %G' /var/lib/crypto-robot-deployer/log").strip());
    assertEquals(
        "",
        instance
            .sh("find /var/lib/crypto-robot-deployer/log -type f -not \\( -perm 600 -user root \\)")
            .strip(),
        "logs that others can read");
    assertTrue(
        instance
            .sh("systemd-analyze cat-config systemd/journald.conf")
            .contains("SystemMaxUse=500M"));
    instance.sh(
        """
        cd /var/lib/crypto-robot-deployer/log
        touch --date='31 days ago' fetch.log.2020-01-01-000000
        touch --date=yesterday read-health.log""");
    check().exits(0);
    assertEquals(
        "1 0",
        instance
            .sh(
                """
                cd /var/lib/crypto-robot-deployer/log
                echo $(ls read-health.log.* | wc -l) $(ls fetch.log.2020* 2>/dev/null | wc -l)""")
            .strip(),
        "yesterday's log is rotated, and a log of 31 days ago is removed");
  }
}
