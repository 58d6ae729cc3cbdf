package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.Controller.Answer;
import cryptorobot.deployer.endtoend.Controller.Sent;
import cryptorobot.deployer.endtoend.Instance.Served;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The dead-man switch on the instance, which rolls back when the controller is gone. */
@Tag("instance")
@Tag("slow")
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadManTest {
  private TestEnvironment environment;
  private Instance instance;
  private String good;
  private Map<String, String> settings;
  private Controller controller;
  private int controllers;

  @BeforeAll
  void aGoodRelease(@TempDir Path folder) {
    environment = new TestEnvironment("dead-man.local", Robot.in(folder.resolve("robot")));
    good = environment.robot().head();
    environment.deploy().exits(0);
    instance = Instance.of(environment);
    settings = new HashMap<>();
    ExecutionHandle.newest()
        .resultOf("PlanDeployment")
        .path("settings")
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
  }

  @BeforeEach
  void anotherOwnerTakesTheLock() {
    controller =
        Controller.named("dead-man-" + ++controllers, instance, settings)
            .with("Lifetime", "execution")
            .with("StealFrom", "")
            .with("KeepUntilReboot", "false")
            .with("Operation", "");
    JsonNode begun = controller.run("acquire-lock", 0).good();
    assertTrue(begun.path("acquired").asBoolean(), begun::toString);
    controller =
        controller
            .with("Generation", begun.path("generation").asText())
            .with("Operation", "deploy");
  }

  @AfterEach
  void releasesTheLock() {
    controller.run("release-lock", 90);
  }

  @Test
  void withoutAConfirmationInTimeTheInstanceRollsBack() {
    Served before = instance.serves();
    environment.robot().crashesAtStart();
    String release = isReady();
    activates(release, 25);
    // From here on no controller sends anything.
    Await.holds(
        "the dead-man switch fires",
        Duration.ofSeconds(90),
        () -> events(release).contains("dead-man"));
    Served after = instance.serves();
    assertEquals(before.release(), after.release(), "what serves again");
    assertEquals(before.revision(), after.revision(), "what serves again");

    Answer late = controller.run("confirm-release", 60);
    String message = late.failsAs("DeadManFired", 61);
    assertTrue(message.contains(before.release() + " serves"), message);
    assertEquals(after, instance.serves(), "a late confirmation changes nothing");
    JsonNode status = controller.run("read-status", 0).good();
    assertTrue(status.path("armed").isNull(), status::toString);

    controller.run("release-lock", 90).good();
    environment.robot().revertsTo(good);
    String newer = environment.robot().improves();
    environment.deploy().exits(0);
    environment.serves(newer);
  }

  @Test
  void afterAConfirmationTheDeadlineChangesNothing() {
    environment.robot().revertsTo(good);
    environment.robot().improves();
    String release = isReady();
    activates(release, 600);
    controller.run("confirm-release", 60).good();
    Served served = instance.serves();
    assertEquals(release, served.release(), "what serves");
    assertEquals(
        "", instance.sh("systemctl list-timers --all --no-legend crypto-robot-dead-man.timer"));
    instance.sh("systemctl start crypto-robot-dead-man.service");
    assertEquals(served, instance.serves(), "the deadline of a confirmed release");
    controller.run("confirm-release", 60).good();
  }

  /** Whichever is first, both agree afterwards. */
  @Test
  void aConfirmationAndTheDeadlineAtTheSameMomentAgree() {
    environment.robot().revertsTo(good);
    for (int round = 0; round < 6; round++) {
      Served before = instance.serves();
      environment.robot().improves();
      String release = isReady();
      activates(release, 600);
      Process deadline = instance.start("systemctl start --no-block crypto-robot-dead-man.service");
      Sent sent = controller.send("confirm-release", 60);
      Answer first = sent.answer();
      // The switch ends the steps that it finds. Such a step has no answer; a second one has.
      boolean isEnded = first.result().path("failure").asText().equals("StepFailed");
      Answer confirmed = isEnded ? controller.run("confirm-release", 60) : first;
      deadline.destroy();
      Served after = instance.serves();
      if (confirmed.exit() == 0) {
        assertEquals(release, after.release(), () -> "confirmed, so it serves: " + confirmed);
      } else {
        confirmed.failsAs("DeadManFired", 61);
        assertEquals(before.release(), after.release(), () -> "fired: " + confirmed);
      }
      List<String> events = events(release);
      assertNotEquals(
          events.contains("confirmed"), events.contains("dead-man"), () -> "one: " + events);
      controller.run("release-lock", 90);
      anotherOwnerTakesTheLock();
    }
  }

  /** This part of the switch needs no Python. */
  @Test
  void withoutPythonAnUnconfirmedReleaseDoesNotStart() {
    environment.robot().revertsTo(good);
    environment.robot().improves();
    Served before = instance.serves();
    String release = isReady();
    activates(release, 600);
    instance.sh("mv /usr/bin/python3 /usr/bin/python3.away");
    instance.cutPower();
    instance.isStarted();
    Await.holds(
        "the boot is complete",
        Duration.ofSeconds(120),
        () -> !instance.execute("systemctl is-system-running").output().equals("starting"));
    instance.sh("systemctl start crypto-robot.service crypto-webapp.service || true");
    assertEquals(
        "inactive inactive",
        instance.sh("systemctl is-active crypto-robot crypto-webapp | xargs"),
        "what runs");
    instance.sh(
        "journalctl -q -b -p err -o cat -u crypto-robot-settle -u crypto-robot-dead-man | grep --fixed-strings \"$1\"",
        release + " was not confirmed and is not rolled back");
    controller.run("read-health", 0).failsAs("HostUnfit", 21);

    instance.sh("mv /usr/bin/python3.away /usr/bin/python3");
    Await.holds("the rollback", Duration.ofSeconds(60), () -> events(release).contains("dead-man"));
    assertEquals(before.release(), instance.serves().release(), "what serves again");
  }

  /** All steps before the activation. Returns the finished release. */
  private String isReady() {
    controller =
        controller
            .with("Stamp", StartCounts.now())
            .with("Simulate", "true")
            .with("Protocol", "https")
            .with("RequestedProtocol", "https")
            .with("CertificateNotAfter", "");
    String release = controller.run("deploy-release", 20).good().path("release").asText();
    controller = controller.with("Release", release);
    controller.run("inject-keys", 30).good();
    return release;
  }

  private void activates(String release, int seconds) {
    JsonNode activated =
        controller
            .with("DeadManSeconds", Integer.toString(seconds))
            .run("activate-release", 40)
            .good();
    assertEquals(release, activated.path("release").asText(), activated::toString);
    JsonNode status = controller.run("read-status", 0).good();
    assertEquals(release, status.at("/armed/release").asText(), status::toString);
    assertEquals(
        activated.path("dead_man_at").asText(), status.at("/armed/at").asText(), status::toString);
  }

  private List<String> events(String release) {
    return instance
        .sh("cat /var/lib/crypto-robot-deployer/history.jsonl")
        .lines()
        .map(TestEnvironment::parse)
        .filter(event -> event.path("release").asText().equals(release))
        .map(event -> event.path("event").asText())
        .toList();
  }
}
