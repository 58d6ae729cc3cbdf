package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.endtoend.LocalCommand.Result;
import cryptorobot.deployer.endtoend.Surfaces.ProcessWatch;
import cryptorobot.localcloud.machines.CertificateFlaw;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * No secret can be read except in the two files that need it. To prove that the search works, one
 * sentinel is put everywhere on purpose.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeakTest {
  private static final String ENV_FILE =
      "600 ec2-user /opt/crypto-robot/releases/[^/]+/\\.env"
          + "|600 root /var/lib/crypto-robot-deployer/saved/[^/]+/env";
  private static final String KEY_FILE =
      "600 ec2-user /opt/crypto-robot/certificates/\\.versions/[^/]+/key\\.pem";

  /** Step Functions keeps an invalid request as it was made, for those who may read executions. */
  private static final String REQUEST_ITSELF =
      "execution's (input|ExecutionStarted|TaskStateEntered|TaskScheduled)|cloud's executions";

  private static final String NOWHERE = "nowhere";

  private final Sentinels sentinels = new Sentinels();
  private final Surfaces surfaces = new Surfaces(sentinels);
  private TestEnvironment environment;
  private Instance instance;
  private String login;

  @BeforeAll
  void deploysOfEveryKind(@TempDir Path folder) {
    environment = new TestEnvironment("leak.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    instance = Instance.of(environment);
    String good;
    String token = sentinels.make("token");
    String url =
        LocalAws.control(
                "PUT",
                "repositories/leak",
                LocalAws.object()
                    .put("path", environment.robot().path())
                    .put("token", token)
                    .toString())
            .path("url")
            .asText();
    String certificate = environment.certificate(CertificateFlaw.NONE);
    String keyInPem = TestEnvironment.parse(certificate).path("key").asText();
    sentinels.keep("certificate key", keyInPem.lines().skip(2).findFirst().orElseThrow());
    login = LocalAws.object().put("token", token).toString();
    stores("repository", login);
    stores("keys", sentinels.keys());
    stores("certificate", certificate);
    String planted = sentinels.make("planted");
    // The steps and a plan report the subject of a commit.
    good = environment.robot().improves(planted);

    try (var watch = new ProcessWatch(instance)) {
      deploys(url).exits(0).prints("live");
      // A later release in simulation removes the keys from this one.
      surfaces.everything(environment, instance);
      environment.robot().crashesAtStart();
      deploys(url).exits(1).prints("RolledBack");
      environment.robot().revertsTo(good);
      environment.robot().requiresAnUnknownPackage();
      deploys(url).exits(1).prints("DependencyFailed");
      environment.robot().revertsTo(good);
      badSecrets();
      deploys(url).exits(0).prints("simulation (");
      stores("repository", LocalAws.object().put("token", sentinels.make("old token")).toString());
      environment.robot().improves();
      deploys(url).exits(1).prints("LoginRefused");
      sshKeyThatOpensNothing();
      requestsWithASecretByMistake(url);
      plant(url, planted);
      surfaces.look("process", watch.seen());
    }
    surfaces.look(environment.local("logs"));
    surfaces.look(environment.local("status"));
    surfaces.everything(environment, instance);
  }

  /** Keys that are not JSON, and a certificate with an invalid key. */
  private void badSecrets() {
    stores("keys", "{\"BINANCE_API_KEY\": \"" + sentinels.make("broken keys"));
    ObjectNode certificate =
        (ObjectNode) TestEnvironment.parse(environment.certificate(CertificateFlaw.NONE));
    stores(
        "certificate", certificate.put("key", sentinels.make("broken certificate key")).toString());
  }

  /** A deploy key for a server that does not answer. ssh has the key on disk all the time. */
  private void sshKeyThatOpensNothing() {
    ObjectNode secret =
        LocalAws.object()
            .put("ssh_key", "-----BEGIN OPENSSH PRIVATE KEY-----\n" + sentinels.make("ssh key"))
            .put("known_hosts", "127.0.0.1 ssh-ed25519 AAAA");
    stores("repository", secret.toString());
    deploys("ssh://git@127.0.0.1:9/robot").exits(1).prints("RepositoryUnreachable");
  }

  private void requestsWithASecretByMistake(String url) {
    String misplaced = sentinels.make("mistaken");
    String inTheAddress = url.replace("https://", "https://token:" + misplaced + "@");
    deploys(inTheAddress).exits(2).prints("$.repository_url");
    deploys(url, "--set", "BINANCE_API_KEY=" + misplaced).exits(2).prints("$.BINANCE_API_KEY");
    deploys(url, "--set", "port=" + misplaced).exits(2).prints("$.port");
    deploys(url, "--set", misplaced + "=1").exits(2);
    // Also without the check of the request in the client.
    for (String field : List.of("repository_url", "BINANCE_API_KEY", "bake_seconds", misplaced)) {
      ObjectNode request = LocalAws.object().put("environment", environment.name());
      request.put("repository_url", url);
      ExecutionHandle run = ExecutionHandle.start(request.put(field, misplaced).toString());
      run.failsAs("RequestRefused");
      run.notice(environment.name());
      surfaces.look(LocalCommand.run("follow", run.arn()));
    }
  }

  /** Puts the sentinel everywhere on purpose: the search must find it. */
  private void plant(String url, String planted) {
    surfaces.look(LocalCommand.run("exec", environment.name(), "--", "echo", planted));
    // A sentinel of its own, because the script's arguments are in every process it starts.
    keep("root/planted", sentinels.make("planted in an environment"));
    instance.sh(
        """
        cd /opt/crypto-robot
        logger -t planted "$1"
        for file in /var/lib/crypto-robot-deployer/log/deploy-release.log /tmp/planted /run/planted /dev/shm/planted /var/log/planted; do
          echo "$1" >>"$file"
        done
        echo "$1" >current/planted
        git init --quiet --bare mirror/planted.git
        git config --file mirror/planted.git/config http.extraheader "Basic $(echo -n "x-access-token:$1" | base64 -w 0)"
        bash -c 'sleep 2' "$1"
        PLANTED=$(</root/planted) sleep 2
        """,
        planted);
    // A refused step names the owner that it refused.
    Controller.named(planted, instance, Map.of("Release", "", "KeepUntilReboot", "false"))
        .run("discard-release", 70)
        .failsAs("LockLost", 20);
    LocalAws.ssm("SendCommand", statusCalled(planted));
    instance.awaitIdle();
    stores("repository", login);
    ObjectNode plan =
        LocalAws.object().put("environment", environment.name()).put("operation", "plan");
    plan.putObject("deploy").put("repository_url", url);
    ExecutionHandle.start("watch", plan.toString()).succeeds();
    // The cause of a missing branch names the branch, and so does the notice.
    ObjectNode request = LocalAws.object().put("environment", environment.name());
    ExecutionHandle run =
        ExecutionHandle.start(request.put("repository_url", url).put("branch", planted).toString());
    run.failsAs("DeploymentFailed");
    run.notice(environment.name());
  }

  private void keep(String file, String text) {
    try {
      Files.writeString(instance.disk().resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode statusCalled(String comment) {
    ObjectNode request =
        LocalAws.object()
            .put("DocumentName", Controller.document("read-status"))
            .put("Comment", comment);
    request.putArray("InstanceIds").add(instance.id());
    ObjectNode parameters = request.putObject("Parameters");
    parameters.putArray("ApplicationPath").add("/opt/crypto-robot");
    parameters.putArray("Program").add(Controller.programVersion());
    return request;
  }

  private Result deploys(String url, String... more) {
    var arguments = new java.util.ArrayList<>(List.of("deploy", "--repository", url));
    arguments.addAll(List.of("--environment", environment.name(), "--set", "bake_seconds=2"));
    arguments.addAll(List.of(more));
    return surfaces.look(LocalCommand.run(arguments.toArray(String[]::new)));
  }

  private void stores(String kind, String secret) {
    surfaces.look(environment.store(kind, secret));
  }

  @Test
  void theSearchFindsAPlantedSecret() {
    Set<String> where = surfaces.found().getOrDefault("planted", new TreeSet<>());
    for (String surface :
        List.of(
            "command line",
            "process",
            "journal",
            "command's request",
            "command's output",
            "cloud's commands",
            "cloud's cloud.log",
            "cloud's executions",
            "cloud's notices.jsonl",
            "execution's input",
            "execution's output",
            "execution's error",
            "execution's ExecutionStarted",
            "execution's TaskSucceeded",
            "notice",
            "600 root /var/lib/crypto-robot-deployer/log/deploy-release.log",
            "644 root /tmp/planted",
            "644 root /run/planted",
            "644 root /dev/shm/planted",
            "644 root /var/log/planted")) {
      assertTrue(where.contains(surface), () -> "planted in " + surface + ", found in " + where);
    }
    assertTrue(
        surfaces.found().get("planted in an environment").contains("process"),
        () -> "planted in a process's environment, found in " + surfaces.found());
    assertTrue(
        where.stream()
            .anyMatch(file -> file.matches("644 .*/current/planted|644 .*/releases/.*/planted")),
        where::toString);
    assertTrue(where.stream().anyMatch(file -> file.endsWith(".git/config")), where::toString);
  }

  @Test
  void keysAreOnlyInTheEnvironmentFile() {
    assertEquals(List.of(), surfaces.of("api key", ENV_FILE), "where the API key is");
    assertEquals(List.of(), surfaces.of("secret key", ENV_FILE), "where the secret key is");
    assertTrue(surfaces.found().containsKey("api key"), "the robot has its key");
    assertEquals(List.of(), surfaces.of("broken keys", NOWHERE), "where broken keys are");
  }

  @Test
  void theCertificateKeyIsOnlyInItsFile() {
    assertEquals(List.of(), surfaces.of("certificate key", KEY_FILE), "where the key is");
    assertTrue(surfaces.found().containsKey("certificate key"), "the web application has its key");
    assertEquals(List.of(), surfaces.of("broken certificate key", NOWHERE), "where it is");
  }

  @Test
  void theRepositoryLoginIsNowhere() {
    assertEquals(List.of(), surfaces.of("ssh key", NOWHERE), "where the deploy key is");
    assertEquals(List.of(), surfaces.of("token", NOWHERE), "where the token is");
    assertEquals(List.of(), surfaces.of("old token", NOWHERE), "where the refused token is");
  }

  @Test
  void aSecretInARequestByMistakeIsRepeatedNowhere() {
    assertEquals(List.of(), surfaces.of("mistaken", REQUEST_ITSELF), "where it is repeated");
  }
}
