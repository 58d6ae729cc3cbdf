package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    environment.robot().isBuiltBy(true, "privileges", "manifest", "log");
    environment.deploy().exits(1);
    JsonNode found = hook().path("privileges");
    assertFalse(found.path("sudo").asText().contains("uid=0"), found::toString);
    assertFalse(found.path("setuid").asText().contains("euid=0"), found::toString);
    assertEquals("1", found.path("NoNewPrivs").asText(), found::toString);
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertEquals(NO_PRIVILEGE, found.path(set).asText(), set);
    }
    assertEquals("", found.path("Groups").asText().strip(), "the groups of the build");
    assertEquals("[]", found.path("home").toString(), "the content of its home folder");
    assertFalse(found.path("home_writable").asBoolean(), "its home folder is writable");
  }

  @Test
  @Order(3)
  void theBuildCannotReplaceWhatRootWritesTo() {
    hook().path("log").forEach(output -> assertEquals("Permission denied", output.asText()));
    assertFalse(instance.execute("cat /etc/systemd/system/planted.service").exit() == 0, "a unit");
    assertEquals(
        "",
        instance.sh(
            "find /opt/crypto-robot /var/lib/crypto-robot-deployer -maxdepth 1 -name '*.former'"));
  }

  @Test
  @Order(4)
  void rootEvaluatesNoNumberOfTheManifest() {
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
  @Tag("slow")
  @Order(6)
  void rootFollowsNoLinkThatABuildLeft() {
    environment.robot().isBuiltBy(false, "temporary", "home");
    environment.deploy().exits(0);
    assertTrue(hook().path("temporary").asInt() > 6000, "links: " + hook());
    assertNotEquals(0, instance.execute("ls /etc/planted-by-a-link").exit(), "made by root");
  }

  @Test
  @Tag("slow")
  @Order(7)
  void noFileThatTheBuildLeftInTheHomeIsUsedLater() {
    assertTrue(hook().path("home").path("gitconfig").asBoolean(), "it wrote its settings");
    environment.robot().revertsTo(good);
    String clean = environment.robot().improvesWithNewPackages();
    environment.deploy().exits(0);
    environment.serves(clean);
    assertNotEquals(0, instance.execute("ls /home/ec2-user/packages").exit(), "packages elsewhere");
    assertEquals(
        "", instance.sh("git -C /opt/crypto-robot/mirror/*.git config --get-regexp url || true"));
  }

  private void nothingRanAsRoot() {
    assertNotEquals(
        0, instance.execute("cat /root/pwned").exit(), "root ran a number of a manifest");
  }

  private JsonNode hook() {
    return TestEnvironment.parse(instance.sh("cat /tmp/build-hook.json"));
  }
}
