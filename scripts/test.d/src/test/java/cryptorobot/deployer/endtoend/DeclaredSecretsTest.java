package cryptorobot.deployer.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A robot with secrets and a mode of its own: two secrets as variables, one as a file, and
 * variables that say live and simulation. Each test continues from the one before it.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeclaredSecretsTest {
  private static final String FILE = "user/config-private.json";
  private static final String ALLOWED =
      "600 ec2-user /opt/crypto-robot/releases/[^/]+/(\\.env|user/config-private\\.json)"
          + "|600 root /var/lib/crypto-robot-deployer/saved/[^/]+/(env|files)";
  private static final String SECRETS =
      """
      secrets=[
       {"name": "exchange", "required_for_live": true,
        "variables": {"EXCHANGE__KEY": "key", "EXCHANGE__SECRET": "secret"}},
       {"name": "telegram", "variables": {"CHANNEL": "token"}},
       {"name": "config", "file": "%s", "required_for_live": true}]"""
          .formatted(FILE);
  private static final String MODES =
      "mode_variables={\"live\": {\"DRY_RUN\": \"false\"}, \"simulation\": {\"DRY_RUN\": \"true\"}}";

  private final Sentinels sentinels = new Sentinels();
  private final Surfaces surfaces = new Surfaces(sentinels);
  private TestEnvironment environment;
  private Instance instance;
  private String first;
  private String token;

  @BeforeAll
  void aRobotWithSecretsOfItsOwn(@TempDir Path folder) {
    environment = new TestEnvironment("declared.local", Robot.in(folder.resolve("robot")));
    environment.robot().recordsWhatItIsGiven("data/given", FILE);
    var keys = LocalAws.object().put("key", sentinels.make("exchange key"));
    store("exchange", keys.put("secret", sentinels.make("exchange secret")).toString());
    storeTokenAndFile("first");
    deploys().exits(0).prints("live (keys given)");
    first = environment.status().path("release").asText();
    instance = Instance.of(environment);
  }

  private void storeTokenAndFile(String which) {
    token = sentinels.make(which + " token");
    store("telegram", LocalAws.object().put("token", token).toString());
    var config = LocalAws.object();
    config.putObject("exchange").put("name", "binance").put("key", sentinels.make(which + " file"));
    store("config", config.toString());
  }

  private void store(String name, String value) {
    surfaces.look(
        LocalCommand.runWith(value, "keys", "--environment", environment.name(), "--secret", name)
            .exits(0));
  }

  private LocalCommand.Result deploys() {
    return surfaces.look(
        environment.deploy("--set", SECRETS, "--set", MODES, "--set", "export_env=true"));
  }

  /** What the robot found when it was started last: its mode, and digests of what is secret. */
  private JsonNode given() {
    String running =
        instance.sh("systemctl show --property=MainPID --value crypto-robot.service").strip();
    return Await.found(
        "what the robot that runs was given",
        Duration.ofSeconds(30),
        () ->
            Optional.of(
                    TestEnvironment.parse(instance.sh("cat /opt/crypto-robot/shared/data/given")))
                .filter(given -> given.path("pid").asText().equals(running)));
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String stat(String file) {
    return instance.sh("stat --format='%a %U %G' /opt/crypto-robot/" + file).strip();
  }

  @Test
  @Order(1)
  void itsVariablesFileAndModeReachIt() {
    JsonNode given = given();
    assertEquals("false", given.path("mode").asText());
    assertEquals(sha256(token), given.path("token").asText());
    assertNotEquals("", given.path("file").asText());
    assertEquals("600 ec2-user ec2-user", stat("current/.env"));
    assertEquals("600 ec2-user ec2-user", stat("current/" + FILE));
    environment.local("drift").exits(0);
    deploys().exits(0).prints("Nothing to do");
  }

  @Test
  @Order(2)
  void newVersionsAreRotatedInPlace() {
    String before = given().path("file").asText();
    storeTokenAndFile("second");
    surfaces
        .look(
            environment.local(
                "plan",
                "--repository",
                environment.robot().path(),
                "--set",
                SECRETS,
                "--set",
                MODES,
                "--set",
                "export_env=true"))
        .prints("secret config, secret telegram");
    surfaces.look(environment.local("rotate-keys").exits(0).prints("live"));
    assertEquals(sha256(token), given().path("token").asText());
    assertNotEquals(before, given().path("file").asText());
    assertEquals(first, environment.status().path("release").asText());
  }

  @Test
  @Order(3)
  void anOlderReleaseHasNoSecretsUntilItIsRolledBackTo() {
    environment.robot().improves();
    deploys().exits(0).prints("live");
    String older = "/opt/crypto-robot/releases/" + first;
    assertEquals(
        "DRY_RUN=true",
        instance.sh("grep -E 'DRY_RUN|CHANNEL|EXCHANGE' " + older + "/.env").strip());
    assertEquals("", instance.sh("ls " + older + "/user"));
    surfaces.look(environment.local("rollback").exits(0).prints("live"));
    assertEquals(first, environment.status().path("release").asText());
    assertEquals(sha256(token), given().path("token").asText());
    assertEquals("600 ec2-user ec2-user", stat("current/" + FILE));
  }

  @Test
  @Order(4)
  void aCommitWithTheFileOfASecretIsRefusedBeforeAnythingStops() {
    String before = environment.processes();
    environment.robot().changedBy("mkdir -p user; echo {} >" + FILE, "Commit the secrets");
    deploys().exits(1).prints("the release has '" + FILE + "' already");
    assertEquals(before, environment.processes());
    environment.robot().changedBy("rm -r user", "Remove them");
  }

  @Test
  @Order(5)
  void withoutAGoodFileItIsASimulationWithoutSecrets() {
    store("config", "***");
    deploys().exits(0).prints("no keys given: secret config: the secret is a placeholder");
    JsonNode given = given();
    assertEquals("true", given.path("mode").asText());
    assertEquals("", given.path("token").asText() + given.path("file").asText());
    assertEquals("simulation", environment.status().path("mode").asText());
  }

  @Test
  @Order(6)
  void noValueIsAnywhereElse() {
    storeTokenAndFile("third");
    deploys().exits(0).prints("live");
    surfaces.look("arguments", instance.sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '"));
    surfaces.look(environment.local("logs"));
    surfaces.look(environment.local("status"));
    surfaces.everything(environment, instance);
    for (String name : List.of("exchange key", "exchange secret", "third token", "third file")) {
      assertTrue(surfaces.found().containsKey(name), () -> "the robot has its " + name);
    }
    for (String name : surfaces.found().keySet()) {
      assertEquals(List.of(), surfaces.of(name, ALLOWED), "where the " + name + " is");
    }
    assertEquals(null, surfaces.found().get("first token"), "it was rotated and is nowhere");
  }
}
