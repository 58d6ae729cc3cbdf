package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.Instance.Served;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commits and secrets that try to do more than a robot may. They are refused with their reason
 * while the old release serves, or deployed without running or following any of their names, words
 * or links. A shell that evaluates one of them would leave a file behind.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileRepositoriesTest {
  private static final String CANARY = "/tmp/crypto-robot-canary";
  private static final String MARK = "visible#if-leaked";
  private static final String KEYS =
      "{\"BINANCE_API_KEY\": \"%1$s\", \"BINANCE_SECRET_KEY\": \"%1$s\"}".formatted(MARK);

  /** What a commit changes, as a script in the repository, and why it is refused. */
  private enum Refused {
    SHADOW_AS_ENV("ln -sf /etc/shadow .env", "'.env' as a symbolic link"),
    LIVE_KEYS_AS_REQUIREMENTS(
        "ln -sf /opt/crypto-robot/current/.env requirements.txt", "leads out of the release"),
    SHADOW_AS_REQUIREMENTS("ln -sf ../../../../../../etc/shadow requirements.txt", "leads out of"),
    OWN_MANIFEST("rm .gitignore; echo '{\"release\": \"mine\"}' >release.json", "'release.json'"),
    OWN_BASE("ln -s /etc/shadow .deployer-env-base", "'.deployer-env-base'"),
    OWN_ENVIRONMENT("rm .gitignore; mkdir -p venv/bin; ln -s /bin/sh venv/bin/python", "'venv'"),
    OPEN_QUOTE("printf \"X='open\\n'\\n'\" >.env", "opens a quote that nothing closes"),
    SUBMODULE(
        "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),vendor; mkdir vendor",
        "submodules"),
    COMMAND_AS_REQUIREMENT(
        "echo 'flask; $(touch " + CANARY + ")' >requirements.txt", "requirements.txt, line 1"),
    LOGIN_IN_REQUIREMENTS(
        "echo 'flask @@ https://user:" + MARK + "@host/x' >requirements.txt", "line 1");

    private final String script;
    private final String reason;

    Refused(String script, String reason) {
      this.script = script;
      this.reason = reason;
    }
  }

  private TestEnvironment environment;
  private Instance instance;
  private String good;

  @BeforeAll
  void aRobotThatTradesLive(@TempDir Path folder) {
    environment = new TestEnvironment("hostile.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().head();
    LocalCommand.runWith(KEYS, "keys", "--environment", environment.name()).exits(0);
    environment.deploy().exits(0).prints("live");
    instance = Instance.of(environment);
  }

  @AfterEach
  void nothingWasRun() {
    String made =
        instance.sh(
            "find /tmp /opt /root /home /run /etc -xdev -name \"$1\"",
            Path.of(CANARY).getFileName().toString());
    assertEquals("", made, "a shell ran something");
    assertTrue(!Path.of(CANARY).toFile().exists(), "a shell of this machine ran something");
    environment.robot().revertsTo(good);
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedWhileTheOldReleaseServes(Refused refused) {
    Served before = instance.serves();
    String releases = instance.sh("ls /opt/crypto-robot/releases");
    environment.robot().changedBy(refused.script, "Try " + refused);
    environment
        .deploy()
        .exits(1)
        .prints("DeploymentFailed")
        .prints(refused.reason)
        .doesNotPrint(MARK)
        .doesNotPrint("root:")
        .doesNotPrint("Traceback");
    assertEquals(before, instance.serves(), "the same processes still serve");
    assertEquals(releases, instance.sh("ls /opt/crypto-robot/releases"), "the releases");
  }

  @Test
  void deploysNamesAndMessagesWithoutRunningThem() {
    environment
        .robot()
        .changedBy(
            """
        touch -- '$(touch %2$s)' '`touch %2$s`' '-rf' ';touch %2$s' "$(printf 'a\\nb')" '{{ global:X }}'
        mkdir -p '$(touch %2$s).d'; touch '$(touch %2$s).d/x'
        echo 'raise SystemExit("not the pip that was meant")' >pip.py
        rm -rf .gitignore data; ln -s /etc data
        printf 'NOTE="$(touch %1$s)"\\n\\302\\240BINANCE_API_KEY=old\\n' >.env
        """
                .formatted(CANARY, Path.of(CANARY).getFileName()),
            "$(touch %s) `id` ::set-output name=x::y %s".formatted(CANARY, "ü".repeat(200)));
    environment.deploy().exits(0).doesNotPrint(MARK);
    assertEquals(environment.robot().head(), instance.serves().revision());
    assertEquals(
        "/opt/crypto-robot/shared/data",
        instance.sh("readlink -f /opt/crypto-robot/current/data"),
        "data leads into shared/, whatever the repository made of it");
    assertEquals(
        "1",
        instance.sh("grep -c BINANCE_API_KEY= /opt/crypto-robot/current/.env"),
        "lines with the key");
  }

  @Test
  void aLoginThatIsACommandIsOnlyALogin() {
    environment.store(
        "repository",
        LocalAws.object().put("token", "$(touch %s)\n;touch %1$s".formatted(CANARY)).toString());
    String commit = environment.robot().improves();
    environment.deploy().exits(0);
    assertEquals(commit, instance.serves().revision());
  }
}
