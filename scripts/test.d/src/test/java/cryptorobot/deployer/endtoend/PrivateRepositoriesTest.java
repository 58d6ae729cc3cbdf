package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.Instance.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Repositories that require a login: a token over HTTPS or a deploy key over SSH. Each failure has
 * an error name of its own, and none affects the serving release.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivateRepositoriesTest {
  private static final int SSH_PORT = 2222;
  private static final String SSH = "ssh://git@127.0.0.1:" + SSH_PORT + "/srv/git/";

  private final String token = "token-" + UUID.randomUUID();

  private Path folder;
  private TestEnvironment environment;
  private Instance instance;
  private String https;
  private String input;
  private String deployKey;
  private String otherKey;
  private String knownHosts;
  private String otherHosts;

  /** What is wrong, as a change of a correct request or login. */
  private enum Wrong {
    TOKEN("LoginRefused", "refused the login", PrivateRepositoriesTest::wrongToken),
    NO_TOKEN("LoginRefused", "refused the login", PrivateRepositoriesTest::noToken),
    HTTPS_REPOSITORY(
        "RepositoryMissing", "no repository at", t -> t.https.replace("private", "no")),
    HTTPS_NAME("NameUnresolvable", "cannot be resolved", t -> "https://git.invalid/robot.git"),
    DEPLOY_KEY("LoginRefused", "refused the login", PrivateRepositoriesTest::wrongKey),
    HOST_KEY("HostKeyUnknown", "did not prove who it is", PrivateRepositoriesTest::wrongHost),
    SSH_REPOSITORY("RepositoryMissing", "no repository at", t -> t.loggedIn(SSH + "no.git")),
    SSH_NAME(
        "NameUnresolvable", "cannot be resolved", t -> t.loggedIn("git@git.invalid:robot.git"));

    private final String failure;
    private final String explanation;
    private final java.util.function.Function<PrivateRepositoriesTest, String> address;

    Wrong(
        String failure,
        String explanation,
        java.util.function.Function<PrivateRepositoriesTest, String> address) {
      this.failure = failure;
      this.explanation = explanation;
      this.address = address;
    }
  }

  @BeforeAll
  void aRepositoryBehindAToken(@TempDir Path temporary) throws IOException {
    folder = temporary;
    environment = new TestEnvironment("private.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    instance = Instance.of(environment);
    https =
        LocalAws.control(
                "PUT",
                "repositories/private",
                LocalAws.object()
                    .put("path", environment.robot().path())
                    .put("token", token)
                    .toString())
            .path("url")
            .asText();
    servesOverSsh();
    rightToken();
    LocalCommand.run(
            "deploy",
            "--environment",
            environment.name(),
            "--repository",
            https,
            "--set",
            "bake_seconds=2")
        .exits(0)
        .doesNotPrint(token);
    input = ExecutionHandle.newest().input();
  }

  @Test
  void aTokenReadsARepositoryAndIsStoredNowhere() {
    rightToken();
    String commit = environment.robot().improves();
    ExecutionHandle.start(request(https, "main")).succeeds();
    assertEquals(commit, instance.serves().revision());
    noCredentialsAreLeft();
  }

  @Test
  void aDeployKeyReadsARepositoryOfAKnownHostAndIsStoredNowhere() {
    String commit = environment.robot().improves();
    publishesOverSsh();
    ExecutionHandle.start(request(loggedIn(SSH + "robot.git"), "main")).succeeds();
    assertEquals(commit, instance.serves().revision());
    noCredentialsAreLeft();
  }

  @Test
  void theRunningRobotCannotReadTheLoginDuringPlansAndDeploys() {
    rightToken();
    environment.robot().looksForTheLogin();
    ExecutionHandle.start(request(https, "main")).succeeds();
    environment.local("deploy", "--repository", https, "--plan").exits(0);
    environment.robot().improves();
    ExecutionHandle.start(request(https, "main")).succeeds();
    assertEquals("", instance.sh("cat /opt/crypto-robot/shared/data/stolen 2>/dev/null || true"));
    noCredentialsAreLeft();
  }

  @Test
  void aBuildCannotReadTheLoginOfAPlanAtTheSameTime() {
    rightToken();
    String before = environment.robot().head();
    environment.robot().isBuiltBy(false, "spies");
    ExecutionHandle deploy = ExecutionHandle.start(request(https, "main"));
    Await.holds(
        "a build runs",
        Duration.ofMinutes(2),
        () -> instance.execute("pgrep --full '^[^ ]*python.*pip install'").exit() == 0);
    environment.local("deploy", "--repository", https, "--plan").exits(0);
    deploy.succeeds();
    assertEquals(
        "{\"spies\": []}",
        instance.sh("cat /opt/crypto-robot/venv/build-hook.json"),
        "what the build could read");
    environment.robot().revertsTo(before);
    noCredentialsAreLeft();
  }

  @Test
  void aWrongTokenIsReportedAsALoginRefused() {
    isReported(Wrong.TOKEN);
  }

  @Test
  void aDifferentHostKeyIsReportedAsAnUnknownHostKey() {
    isReported(Wrong.HOST_KEY);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"TOKEN", "HOST_KEY"})
  void everyOtherFailureHasItsErrorName(Wrong wrong) {
    isReported(wrong);
  }

  @Test
  void aMissingBranchIsReportedWithATokenAndWithAKey() {
    rightToken();
    isReported("BranchMissing", "Branch nowhere does not exist", request(https, "nowhere"));
    String ssh = loggedIn(SSH + "robot.git");
    isReported("BranchMissing", "Branch nowhere does not exist", request(ssh, "nowhere"));
  }

  private void isReported(Wrong wrong) {
    rightToken();
    isReported(wrong.failure, wrong.explanation, request(wrong.address.apply(this), "main"));
  }

  private void isReported(String failure, String explanation, String request) {
    Served before = instance.serves();
    String cause = ExecutionHandle.start(request).failsAs("DeploymentFailed");
    assertTrue(cause.startsWith(failure + ": "), cause);
    assertTrue(cause.contains(explanation), cause);
    assertTrue(!cause.contains(token), "the cause contains the token");
    assertEquals(before, instance.serves(), "the same processes still serve");
    noCredentialsAreLeft();
  }

  private String request(String address, String branch) {
    var request = (com.fasterxml.jackson.databind.node.ObjectNode) TestEnvironment.parse(input);
    return request.put("repository_url", address).put("branch", branch).toString();
  }

  private void rightToken() {
    environment.store("repository", LocalAws.object().put("token", token).toString());
  }

  private String wrongToken() {
    environment.store("repository", LocalAws.object().put("token", "another").toString());
    return https;
  }

  private String noToken() {
    return loggedIn(https);
  }

  private String loggedIn(String address) {
    storesKey(deployKey, knownHosts);
    return address;
  }

  private String wrongKey() {
    storesKey(otherKey, knownHosts);
    return SSH + "robot.git";
  }

  private String wrongHost() {
    storesKey(deployKey, otherHosts);
    return SSH + "robot.git";
  }

  private void storesKey(String key, String hosts) {
    environment.store(
        "repository", LocalAws.object().put("ssh_key", key).put("known_hosts", hosts).toString());
  }

  /** An SSH server on the instance itself, with a user git who has one deploy key. */
  private void servesOverSsh() throws IOException {
    UnaryOperator<String> known = key -> "[127.0.0.1]:%d %s\n".formatted(SSH_PORT, key);
    deployKey = key("deploy");
    otherKey = key("other");
    instance.sh(
        """
        set -e
        id git >/dev/null 2>&1 || useradd --system --create-home --shell /bin/sh git
        usermod --password '*' git
        install -d -m 700 -o git -g git /home/git/.ssh /srv/git
        install -m 600 -o git -g git /dev/null /home/git/.ssh/authorized_keys
        echo "$1" >/home/git/.ssh/authorized_keys
        rm -f /etc/ssh/trial_host_key*
        ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/trial_host_key
        mkdir -p /run/sshd
        systemctl stop test-sshd 2>/dev/null || true
        systemd-run --quiet --unit=test-sshd /usr/sbin/sshd -D -e -p "$2" -f /dev/null \
          -h /etc/ssh/trial_host_key -o UsePAM=no -o PasswordAuthentication=no -o ListenAddress=127.0.0.1
        """,
        Files.readString(folder.resolve("deploy.pub")).strip(),
        Integer.toString(SSH_PORT));
    knownHosts = known.apply(instance.sh("cut -d ' ' -f 1,2 /etc/ssh/trial_host_key.pub"));
    String[] other = Files.readString(folder.resolve("other.pub")).split(" ");
    otherHosts = known.apply(other[0] + " " + other[1]);
    publishesOverSsh();
  }

  private void publishesOverSsh() {
    Path bare = instance.disk().resolve("srv/git/robot.git");
    program("rm", "-rf", bare.toString());
    program("git", "clone", "--quiet", "--bare", environment.robot().path(), bare.toString());
    instance.sh("chown -R git:git /srv/git");
  }

  private String key(String name) throws IOException {
    Path file = folder.resolve(name);
    program("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.toString());
    return Files.readString(file);
  }

  private static void program(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void noCredentialsAreLeft() {
    assertEquals(
        "",
        instance.sh(
            """
            set -e
            cd /opt/crypto-robot
            ! grep -rIlE 'url *=|extraheader|credential|askpass|BEGIN OPENSSH' mirror/*/config
            grep -rlF -e "$1" -e 'BEGIN OPENSSH' . /run /tmp /home/ec2-user 2>/dev/null || true
            """,
            token),
        "files with a login");
  }
}
