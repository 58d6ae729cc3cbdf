package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.LocalCommand.Result;
import cryptorobot.localcloud.machines.CertificateFlaw;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A robot prints its keys in each usual way, and they do not leave the instance. The instance's own
 * journal proves that the robot printed them.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrintedKeysTest {
  /** The two files that need a key, and the journal, to which the robot writes. */
  private static final String ITS_PLACE =
      "600 ec2-user /opt/crypto-robot/(releases/[^/]+/\\.env|certificates/\\.versions/[^/]+/key\\.pem)"
          + "|600 root /var/lib/crypto-robot-deployer/saved/[^/]+/env"
          + "|journal|\\d+ root /var/log/journal/.*";

  private static final List<String> PRINTED =
      List.of("api key", "secret key", "telegram token", "certificate key", "middle of that key");

  private final Sentinels sentinels = new Sentinels();
  private final Surfaces surfaces = new Surfaces(sentinels);
  private TestEnvironment environment;
  private Instance instance;
  private Result late;

  @BeforeAll
  void deploysThatPrintTheirKeys(@TempDir Path folder) {
    environment = new TestEnvironment("printed.local", Robot.in(folder.resolve("robot")));
    String good = environment.robot().head();
    environment.local("up").exits(0);
    instance = Instance.of(environment);
    environment.store("keys", sentinels.keys());
    String token = "812345999:AA" + UUID.randomUUID().toString().replace("-", "X").substring(0, 33);
    sentinels.keep("telegram token", token);
    String certificate = environment.certificate(CertificateFlaw.NONE);
    List<String> key = TestEnvironment.parse(certificate).path("key").asText().lines().toList();
    sentinels.keep("certificate key", key.get(1));
    sentinels.keep("middle of that key", key.get(key.size() / 2));
    environment.store("certificate", certificate);
    surfaces.look(environment.deploy()).exits(0);

    environment.robot().endsWithItsKey();
    surfaces
        .look(environment.deploy())
        .exits(1)
        .prints("RolledBack")
        .prints("ValueError: cannot sign with [redacted]");
    environment.robot().revertsTo(good);
    environment.robot().endsWithItsKeyInAHeader();
    surfaces
        .look(environment.deploy())
        .exits(1)
        .prints("RolledBack")
        .prints("Invalid header value b' [redacted]");
    environment.robot().revertsTo(good);
    environment.robot().printsItsSecretsLate(token);
    surfaces.look(environment.deploy()).exits(0);
    String before = robot();
    instance.sh("touch /opt/crypto-robot/shared/data/print");
    Await.holds(
        "the robot has ended and runs again",
        Duration.ofSeconds(60),
        () -> !List.of("0", before).contains(robot()));
    late = surfaces.look(environment.local("check-health"));
    surfaces.look(environment.local("logs", "--since", "30m", "--lines", "2000"));
    surfaces.look(environment.local("crash-report", "--last", "10"));
    surfaces.look(environment.local("status"));
    surfaces.look(LocalCommand.run("status", "--json"));
    surfaces.look(environment.local("drift"));
    surfaces.everything(environment, instance);
  }

  private String robot() {
    return instance.sh("systemctl show --property=MainPID --value crypto-robot").strip();
  }

  @Test
  void theRobotPrintedTheKeys() {
    for (String secret : PRINTED) {
      assertTrue(
          surfaces.found().getOrDefault(secret, new java.util.TreeSet<>()).contains("journal"),
          () -> secret + " was found in " + surfaces.found());
    }
  }

  @Test
  void keysAreOnlyInTheirFileAndTheInstanceJournal() {
    for (String secret : PRINTED) {
      assertEquals(List.of(), surfaces.of(secret, ITS_PLACE), "where the " + secret + " is");
    }
  }

  @Test
  void theNoticeOfALaterCrashGivesTheReasonWithoutTheKeys() {
    late.exits(0);
    String logs = LocalAws.logs(environment.name()).toString();
    assertTrue(logs.contains("the token [redacted] of [redacted] was rejected"), logs);
  }
}
