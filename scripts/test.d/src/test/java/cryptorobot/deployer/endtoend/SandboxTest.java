package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a robot may do on its instance, tried by the robot itself: a commit whose programs try all
 * of it at their start, in their units, with the web application on port 443.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SandboxTest {
  private static final Duration TO_ANSWER = Duration.ofSeconds(90);
  private static final List<String> UNITS = List.of("crypto-robot", "crypto-webapp");

  /** Requests a session from the metadata service, the first step to credentials. */
  private static final String REQUEST_CREDENTIALS =
      """
      curl --silent --show-error --noproxy '*' --max-time 3 --request PUT \
        --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' \
        --output /dev/null --write-out '%{http_code}' http://169.254.169.254/latest/api/token
      """;

  private TestEnvironment environment;
  private Instance instance;
  private String commit;

  @BeforeAll
  void aRobotThatTriesEverything(@TempDir Path folder) {
    environment = new TestEnvironment("sandbox.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    environment.local("power", "start").exits(0);
    instance = Instance.of(environment);
    instance.sh(
        """
        touch /tmp/of-the-machine /dev/shm/of-the-machine
        install -d -m 700 /var/lib/crypto-robot-deployer
        echo /opt/crypto-robot >/var/lib/crypto-robot-deployer/application
        install -d -o ec2-user -g ec2-user /opt/crypto-robot/shared/of-another
        """);
    commit = environment.robot().probes();
    environment.deploy("--set", "port=443").exits(0);
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"crypto-robot", "crypto-webapp"})
  void writesOnlyWhatOutlivesARelease(String unit) {
    JsonNode probe = probe(unit);
    for (String place : List.of("release", "application", "other_shared", "etc")) {
      assertEquals("Read-only file system", probe.path(place).asText(), place + ": " + probe);
    }
    assertEquals("done", probe.path("own_data").asText(), probe::toString);
    var writable = new TreeSet<String>();
    probe.path("writable").forEach(folder -> writable.add(folder.asText()));
    writable.removeIf(
        folder -> folder.matches("/(tmp|var/tmp(/home(/.cache)?)?|dev/shm|dev/mqueue)"));
    assertEquals(
        new TreeSet<>(List.of("/opt/crypto-robot/shared/data", "/opt/crypto-robot/shared/logs")),
        writable,
        "where it may write files");
    assertTrue(probe.path("others_files").isEmpty(), () -> "changes files of others: " + probe);
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"crypto-robot", "crypto-webapp"})
  void hasItsOwnTemporaryFilesAndMemory(String unit) {
    JsonNode probe = probe(unit);
    assertEquals("done", probe.path("own_tmp").asText(), probe::toString);
    assertFalse(probe.path("sees_tmp").asBoolean(), () -> "sees /tmp of the machine: " + probe);
    assertFalse(probe.path("sees_shared_memory").asBoolean(), probe::toString);
    assertFalse(probe.path("sees_home").asBoolean(), probe::toString);
    assertEquals("", instance.sh("ls /tmp | grep of-the-robot || true"), "/tmp of the machine");
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"crypto-robot", "crypto-webapp"})
  void hasAHomeOfItsOwnThatIsEmptyAtEachStart(String unit) {
    demandFreshHome(unit);
    instance.sh(
        "rm /opt/crypto-robot/shared/data/probe-\"$1\".json; systemctl restart \"$1\"", unit);
    demandFreshHome(unit);
    assertNotEquals(
        0,
        instance
            .execute("runuser --user=ec2-user -- sh -c 'ls /var/tmp/systemd-private-*/'")
            .exit(),
        "another process of the same user reads it");
  }

  private void demandFreshHome(String unit) {
    JsonNode probe = probe(unit);
    assertEquals("/var/tmp/home", probe.path("home").asText(), probe::toString);
    assertEquals("0o700", probe.path("home_mode").asText(), probe::toString);
    assertEquals("[]", probe.path("home_at_first").toString(), probe::toString);
    assertEquals("done", probe.path("home_written").asText(), probe::toString);
    assertEquals("done", probe.path("cache_written").asText(), probe::toString);
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"crypto-robot", "crypto-webapp"})
  void hasNoPrivilegeAndNoWayToOne(String unit) {
    JsonNode probe = probe(unit);
    assertEquals(instance.sh("id --user ec2-user"), probe.path("user").asText());
    // CAP_NET_BIND_SERVICE, bit 10, and only for the service that listens on 443.
    String expected = unit.equals("crypto-webapp") ? "0000000000000400" : "0000000000000000";
    assertEquals(expected, probe.path("capabilities").asText().strip(), probe::toString);
    assertEquals("1", probe.path("no_new_privileges").asText(), probe::toString);
    assertEquals("2", probe.path("filtered").asText(), "system calls are filtered");
    assertEquals(0, probe.path("others_seen").asInt(), "visible processes of others");
    for (String attempt :
        List.of(
            "become_root",
            "become_roots_group",
            "drop_groups",
            "raw_packets",
            "routing",
            "mount",
            "namespace",
            "trace")) {
      assertNotEquals("done", probe.path(attempt).asText("done"), attempt + ": " + probe);
    }
    // gunicorn 20.1.0 does this in each worker.
    assertEquals("done", probe.path("become_itself").asText(), probe::toString);
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"crypto-robot", "crypto-webapp"})
  void isBoundInMemoryProcessorTasksAndLines(String unit) {
    String settings =
        instance.sh(
            """
            systemctl show --property=User,MemoryMax,MemorySwapMax,CPUQuotaPerSecUSec,CPUWeight,TasksMax \
              --property=LogRateLimitIntervalUSec,LogRateLimitBurst,LimitCORE "$1"
            """,
            unit);
    for (String bound :
        List.of(
            "User=ec2-user",
            "MemorySwapMax=0",
            "CPUQuotaPerSecUSec=1.5",
            "CPUWeight=50",
            "TasksMax=256",
            "LogRateLimitIntervalUSec=10s",
            "LogRateLimitBurst=2000",
            "LimitCORE=0")) {
      assertTrue(settings.contains(bound), () -> bound + " is not in: " + settings);
    }
    assertFalse(settings.contains("MemoryMax=infinity"), settings);
  }

  @Order(1)
  @Test
  void servesHttpsOn443WithoutRoot() {
    JsonNode status = environment.serves(commit);
    String url = status.path("url").asText();
    assertTrue(url.matches("https://[0-9.]+(:443)?"), url);
    assertEquals(
        "ec2-user",
        instance.sh(
            """
            pid=$(systemctl show --property=MainPID --value crypto-webapp)
            ss --no-header --listening --tcp --numeric --processes 'sport = :443' | grep --quiet "pid=$pid,"
            ps --no-headers -o user= --pid "$pid"
            """),
        "the service that listens on 443");
  }

  @Order(1)
  @Test
  void onlyRootReachesTheCredentials() {
    deniesCredentials();
  }

  @Order(2)
  @Test
  void onlyRootReachesTheCredentialsAfterAReboot() {
    instance.sh("rm /opt/crypto-robot/shared/data/probe-*.json");
    environment.local("power", "stop").exits(0);
    environment.local("power", "start").exits(0);
    deniesCredentials();
  }

  @Order(3)
  @Test
  void onlyRootReachesTheCredentialsWhenTheMachinesRulesAreReplaced() {
    // Debian's own unit first removes all rules.
    instance.sh("systemctl enable --now nftables && systemctl restart nftables");
    deniesCredentials();
    instance.sh("systemctl reload nftables");
    deniesCredentials();
  }

  private void deniesCredentials() {
    for (String unit : UNITS) {
      JsonNode probe = probe(unit);
      assertTrue(
          probe.path("credentials").asText().matches(".*(No route to host|refused|unreachable).*"),
          () -> unit + " at the credentials: " + probe);
      assertNotEquals("done", probe.path("credentials_over_ipv6").asText("done"), probe::toString);
    }
    assertEquals("200", instance.sh(REQUEST_CREDENTIALS), "root at the credentials");
    String asTheUser =
        "runuser --user=ec2-user -- bash -c '" + REQUEST_CREDENTIALS.replace("'", "'\\''") + "'";
    assertNotEquals(0, instance.execute(asTheUser).exit(), "ec2-user at the credentials");
    // As in a user namespace of ec2-user, and as a program without an account of its own.
    for (String id : List.of("100001", "65534")) {
      String asAnother =
          "setpriv --reuid=%s --regid=%s --clear-groups -- bash -c '%s'"
              .formatted(id, id, REQUEST_CREDENTIALS.replace("'", "'\\''"));
      assertNotEquals(0, instance.execute(asAnother).exit(), id + " at the credentials");
    }
  }

  private JsonNode probe(String unit) {
    return Await.found(
        "what " + unit + " tried",
        TO_ANSWER,
        () -> {
          var result =
              instance.execute("cat /opt/crypto-robot/shared/data/probe-\"$1\".json 2>&1", unit);
          return result.exit() == 0
              ? Optional.of(TestEnvironment.parse(result.output()))
              : Optional.empty();
        });
  }
}
