package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.LocalCommand.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A package of the robot was taken over, and the code of its build tries to become root, now or
 * through what it leaves behind. The instance has sudo, with the rule that Amazon Linux ships.
 */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TakenOverPackageTest {
  private static final String AMAZON_LINUX =
      """
      apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install sudo
      echo 'ec2-user ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/90-cloud-init-users
      chmod 440 /etc/sudoers.d/90-cloud-init-users
      usermod --append --groups sudo ec2-user
      install -m 4755 /usr/bin/id /usr/local/bin/setuid-id
      """;

  private static final String NO_PRIVILEGE = "0000000000000000";

  private TestEnvironment environment;
  private Instance instance;
  private String good;

  @BeforeAll
  void anInstanceLikeAmazonLinux(@TempDir Path folder) {
    environment = new TestEnvironment("taken-over.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().head();
    environment.local("up").exits(0);
    environment.local("power", "start").exits(0);
    instance = Instance.of(environment);
    instance.sh(AMAZON_LINUX);
  }

  @Test
  @Order(1)
  void theResultOfADeployReportsTheRightThatItRemoved() {
    Result deployed = environment.deploy().exits(0);
    deployed
        .prints("sudo")
        .prints("ec2-user")
        .prints("/etc/sudoers.d/")
        .prints("ssm start-session");
    assertNotEquals(
        0, instance.execute("sudo -n -l -U ec2-user /usr/bin/id").exit(), "sudo for ec2-user");
    assertNotEquals(
        0, instance.execute("runuser -u ec2-user -- sudo -n id").exit(), "ec2-user's sudo");
    assertEquals("root", instance.sh("sudo -n whoami"), "root's own sudo");
    instance.sh("visudo --check");
  }

  @Test
  @Order(2)
  void theBuildHasNoPrivilegeAndNoHome() {
    environment.robot().isBuiltBy(true, "privileges", "secrets", "manifest", "log");
    environment.deploy().exits(1);
    JsonNode found = failedHook().path("privileges");
    assertEquals("crypto-robot-build", found.path("user").asText(), found::toString);
    assertFalse(found.path("sudo").asText().contains("uid=0"), found::toString);
    assertFalse(found.path("setuid").asText().contains("euid=0"), found::toString);
    assertEquals("1", found.path("NoNewPrivs").asText(), found::toString);
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertEquals(NO_PRIVILEGE, found.path(set).asText(), set);
    }
    assertEquals("[]", found.path("home").toString(), "the content of its home folder");
    assertEquals("[]", found.path("homes").toString(), "homes of others that are writable");
    assertEquals(0, found.path("others").asInt(), "visible processes of others");
    // systemd gives a user's own group only.
    assertEquals(
        instance.sh("id -G crypto-robot-build"),
        found.path("Groups").asText().strip(),
        "the groups of the build");
  }

  @Test
  @Order(3)
  void theBuildReadsNoSecretAndWritesOnlyToItsEnvironment() {
    JsonNode found = failedHook().path("secrets");
    assertEquals("[]", found.path("read").toString(), "what it can read of others");
    found
        .path("write")
        .properties()
        .forEach(tried -> assertNotEquals("done", tried.getValue().asText(), tried::toString));
    assertEquals(
        "", instance.sh("find / -xdev -name planted -not -path '/proc/*' 2>/dev/null || true"));
  }

  @Test
  @Order(3)
  void theBuildCannotReplaceWhatRootWritesTo() {
    JsonNode found = failedHook();
    assertEquals(10, found.path("log").size(), found::toString);
    found.path("log").forEach(output -> assertNotEquals("done", output.asText(), found::toString));
    assertNotEquals("done", found.path("manifest").asText(), found::toString);
    assertFalse(instance.execute("cat /etc/systemd/system/planted.service").exit() == 0, "a unit");
    assertEquals(
        "",
        instance.sh(
            "find /opt/crypto-robot /var/lib/crypto-robot-deployer -maxdepth 1 -name '*.former'"));
  }

  @Test
  @Order(4)
  void rootEvaluatesNoNumberOfTheManifest() {
    // An earlier version left the manifest to the application's user.
    instance.sh(
        """
        python3 - <<'END'
        import json
        path = "/opt/crypto-robot/current/release.json"
        with open(path) as file:
            found = json.load(file)
        for service in found["services"]:
            if service["type"] == "trading_robot":
                service.update(heartbeat_file="data/heartbeat", max_age_seconds="EUID[$(id >/root/pwned)]")
        with open(path, "w") as file:
            json.dump(found, file)
        END
        """);
    for (String reading : List.of("check-health", "status", "drift")) {
      environment.local(reading);
    }
    environment.local("rollback");
    nothingRanAsRoot();
    environment.local("check-health").exits(0).prints("Healthy");
    environment.local("drift").prints("release.json was changed");
  }

  @Test
  @Order(5)
  void aBadManifestOfAnEarlierVersionIsReportedAndStopsNothing() {
    // An earlier version left no copy that belongs to root.
    instance.sh("rm -f /var/lib/crypto-robot-deployer/releases/*/release.json");
    environment
        .local("check-health")
        .exits(1)
        .prints("is not usable: its release.json was changed: services");
    assertEquals("unhealthy", environment.status().path("health").asText(), "what status reports");
    environment
        .local("rollback", "--list")
        .exits(0)
        .prints("is not usable: its release.json was changed: services");
    environment.local("rollback").exits(1);
    String again = environment.robot().revertsTo(good);
    environment.deploy().exits(0);
    environment.serves(again);
    nothingRanAsRoot();
  }

  @Test
  @Order(6)
  void aResultThatCouldHarmIsRefusedOrHarmless() {
    environment.robot().isBuiltBy(false, "pipe");
    Result refused = environment.deploy().exits(1);
    refused.prints("DependencyFailed").prints("is neither a file nor a folder nor a link");
    environment.robot().isBuiltBy(false, "links", "temporary", "home");
    environment.deploy().exits(0);
    JsonNode found = hook();
    found
        .path("links")
        .path("hard")
        .forEach(output -> assertNotEquals("done", output.asText(), found::toString));
    assertNotEquals("done", found.path("links").path("set_id").asText("done"), found::toString);
    assertEquals("root", instance.sh("stat -c %U /etc/passwd /usr/bin/id | sort -u"));
    assertEquals(0, found.path("temporary").asInt(), "links in releases: " + found);
    assertNotEquals(0, instance.execute("ls /etc/planted-by-a-link").exit(), "made by root");
    assertEquals(
        "", instance.sh("find /opt/crypto-robot/venvs /opt/crypto-robot/releases -perm /6000"));
  }

  @Test
  @Order(7)
  void noProcessOfABuildOutlivesIt() {
    environment.robot().isBuiltBy(false, "daemon");
    environment.deploy().exits(0);
    assertEquals("outlives-its-build", instance.sh("cat /opt/crypto-robot/venv/alive"), "it ran");
    assertNotEquals(
        0, instance.execute("pgrep --uid crypto-robot-build").exit(), "processes of the build");
    assertNotEquals(0, instance.execute("pgrep --full outlives-its-build").exit(), "the process");
    environment.local("drift").exits(0).prints("what runs is what was deployed");
  }

  @Test
  @Order(8)
  void codeAndEnvironmentsAreReadOnlyForTheApplicationsUser() {
    String writable =
        """
        setpriv --reuid=ec2-user --regid=ec2-user --init-groups -- \
          find /opt/crypto-robot -writable -not -type l -not -path '/opt/crypto-robot/shared*' \
          -not -path '*/.versions/*.pem' -not -name .env -not -name .deployer-env-base 2>/dev/null || true
        """;
    assertEquals("", instance.sh(writable), "what ec2-user could change");
    assertEquals(
        "crypto-robot-build",
        instance.sh(
            "find /opt/crypto-robot/venv/ /opt/crypto-robot/current/ -mindepth 1"
                + " -name '*.py' -printf '%u\\n' | sort -u"));
  }

  @Test
  @Order(9)
  void noReadingStartsAnInterpreterThatAPackageBrought() {
    environment.robot().bringsItsOwnInterpreter();
    environment.deploy().exits(0);
    instance.sh("rm -f /tmp/own-python-ran");
    environment.local("status").exits(0);
    environment.local("drift").exits(0).prints("what runs is what was deployed");
    environment.deploy("--plan").exits(0);
    assertEquals("", instance.sh("cat /tmp/own-python-ran 2>/dev/null || true"), "who ran it");
    assertEquals(
        "",
        instance.sh(
            """
            for unit in $(ps -o unit= -u ec2-user | sort -u); do
              case $unit in crypto-robot.service | crypto-webapp.service) ;; *) echo "$unit" ;; esac
            done
            """),
        "processes of ec2-user outside the services");
  }

  @Test
  @Order(10)
  void noSettingInAHomeIsUsed() {
    instance.sh(
        """
        for home in /home/ec2-user /root; do
          install -d "$home/.config/pip" "$home/.ssh"
          printf '[url "file:///nowhere/"]\\n\\tinsteadOf = https://\\n[http]\\n\\tproxy = http://127.0.0.1:1\\n' >"$home/.gitconfig"
          printf '[install]\\ntarget = /tmp/packages\\n' >"$home/.config/pip/pip.conf"
          printf 'Host *\\n\\tProxyCommand /bin/false\\n' >"$home/.ssh/config"
        done
        chown -R ec2-user: /home/ec2-user
        """);
    environment.robot().revertsTo(good);
    String clean = environment.robot().improvesWithNewPackages();
    environment.deploy().exits(0);
    environment.serves(clean);
    assertNotEquals(0, instance.execute("ls /tmp/packages").exit(), "packages elsewhere");
    assertEquals(
        "",
        instance.sh(
            "git config --file /opt/crypto-robot/mirror/*.git/config --get-regexp '^url' || true"));
  }

  private void nothingRanAsRoot() {
    assertNotEquals(
        0, instance.execute("cat /root/pwned").exit(), "root ran a number of a manifest");
  }

  private JsonNode hook() {
    return TestEnvironment.parse(instance.sh("cat /opt/crypto-robot/venv/build-hook.json"));
  }

  /** What a build that failed has printed. The failure of the step quotes it. */
  private JsonNode failedHook() {
    return TestEnvironment.parse(
        instance.sh(
            "sed -n '/{\"failure\":/!s/^.*build-hook: //p' /var/lib/crypto-robot-deployer/log/*.log | tail --lines=1"));
  }
}
