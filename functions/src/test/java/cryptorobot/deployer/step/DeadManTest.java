package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.fakes.FakeSecrets;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dead-man switch does not fire on a healthy deploy, and does not wait much longer. */
class DeadManTest {
  /** The longest time that a command may wait for its delivery to the host, in seconds. */
  private static final int DELIVERY = 60;

  /** What a step needs beside the waits that services describe, in seconds. */
  private static final int WORK = 140;

  /** As the schema limits {@code stop_seconds} and {@code start_seconds}. */
  private static final int LONGEST_STOP = 900;

  private static int planned(String more) {
    String request =
        """
        {"environment": "a.local", "repository_url": "https://h/r.git"%s}"""
            .formatted(more);
    var plan = new PlanDeployment(FakeSecrets::new, Map.of());
    var planned =
        new PlanDeployment.Request(
            DeployerMachine.DEPLOY,
            new MachineScope("a.local", "", "", false, ""),
            Json.tree(request).orElseThrow(),
            Steps.EXECUTION,
            Instant.EPOCH);
    var settings = ((PlanDeployment.Deploy) plan.run(planned)).settings();
    return Integer.parseInt(settings.get("DeadManSeconds"));
  }

  private static String services(int robots, int webs) {
    var list = Json.list();
    for (int i = 0; i < robots + webs; i++) {
      var service =
          list.addObject()
              .put("name", "service-" + i)
              .put("type", i < robots ? "trading_robot" : "web_application")
              .put("command", "python main.py");
      if (i >= robots) {
        service.putObject("health").put("port", 5000 + i);
      }
    }
    return ", \"services\": " + list;
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0, 1, 0", "1, 1, 10", "1, 1, 300", "10, 0, 300", "5, 5, 60"})
  void isLongerThanTwoStopsTheHealthWindowAndTheBake(int robots, int webs, int bake) {
    int deadMan = planned(services(robots, webs) + ", \"bake_seconds\": " + bake);
    int stop = robots * DeadMan.ROBOT_STOP + webs * DeadMan.WEB_STOP;
    int needed = 2 * stop + DeadMan.HEALTH_WINDOW + bake;
    assertTrue(deadMan > needed, () -> deadMan + " s, a deploy may need " + needed + " s");
  }

  /**
   * How long each step of a healthy run may take with the settings of the request: the limits of
   * the documents suffice for the longest settings.
   */
  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0, 1, 0", "1, 1, 10", "10, 0, 300"})
  void waitsForTheStateMachineToDecide(int robots, int webs, int bake) {
    int deadMan = planned(services(robots, webs) + ", \"bake_seconds\": " + bake);
    int stop = (robots > 0 ? DeadMan.ROBOT_STOP : 0) + (webs > 0 ? DeadMan.WEB_STOP : 0);
    int activation = stop + WORK;
    int health = DeadMan.HEALTH_WINDOW + bake + WORK;
    int needed = 3 * DELIVERY + activation + health + timeout("confirm-release");
    assertTrue(
        deadMan >= needed,
        () -> "it fires after %d s, a healthy run may need %d s".formatted(deadMan, needed));
    assertTrue(
        deadMan <= 2 * needed, () -> "an abandoned release serves for %d s".formatted(deadMan));
  }

  @Test
  void theDocumentsSufficeForTheLongestSettings() {
    assertTrue(timeout("activate-release") >= 2 * LONGEST_STOP + WORK);
    assertTrue(timeout("roll-back") >= 2 * LONGEST_STOP + WORK);
    assertTrue(timeout("discard-release") >= 2 * LONGEST_STOP + WORK);
    assertTrue(timeout("stop-services") >= 2 * LONGEST_STOP + WORK);
    assertTrue(timeout("start-services") >= 2 * LONGEST_STOP + WORK);
    assertTrue(timeout("acquire-lock") >= 2 * LONGEST_STOP + WORK);
    assertTrue(timeout("undo-migration") >= 2 * LONGEST_STOP + WORK);
    assertTrue(timeout("check-health") >= LONGEST_STOP + 300 + 60);
  }

  @Test
  void isLongerThanTwoStopsAndTheStartThatServicesDescribe() {
    String slow =
        services(1, 1)
            .replace("\"name\":\"service-0\"", "\"name\":\"a\",\"stop_seconds\":900")
            .replace("\"name\":\"service-1\"", "\"name\":\"b\",\"start_seconds\":600");
    int deadMan = planned(slow + ", \"bake_seconds\": 300");
    assertTrue(deadMan > 2 * (900 + DeadMan.WEB_STOP) + 600 + 300, () -> deadMan + " s");
  }

  @Test
  void doesNotCountADisabledService() {
    assertEquals(
        planned(services(1, 0)),
        planned(
            services(1, 1)
                .replace("\"name\":\"service-1\"", "\"name\":\"service-1\",\"enabled\":false")));
  }

  /**
   * The services and the bake of a release are in its manifest, which the plan does not know. The
   * host waits longer for a release that describes longer times: see test_deadline.py.
   */
  @Test
  void sufficesForAnyReleaseOfAnOperationOnARelease() {
    assertEquals(
        planned(services(5, 5) + ", \"bake_seconds\": 300"),
        planned(", \"operation\": \"rollback\""));
  }

  @Test
  void knowsTheLimitsOfTheHost() throws IOException {
    assertEquals(DeadMan.ROBOT_STOP, number("systemd/crypto-robot.service", "TimeoutStopSec="));
    assertEquals(DeadMan.WEB_STOP, number("systemd/crypto-webapp.service", "TimeoutStopSec="));
    assertEquals(
        DeadMan.HEALTH_WINDOW, number("scripts/host/robothost/health.py", "LONGEST_FIRST_BEAT = "));
    String rules = Files.readString(Path.of("../scripts/host/robothost/service_rules.py"));
    assertTrue(
        rules.contains(
            "STOP_SECONDS = {\"trading_robot\": %d, \"web_application\": %d}"
                .formatted(DeadMan.ROBOT_STOP, DeadMan.WEB_STOP)),
        rules);
  }

  private static int timeout(String step) {
    var documents = new StepDocuments("/documents", "crypto-robot");
    return (int) documents.of(step).timeout().toSeconds();
  }

  private static int number(String file, String name) throws IOException {
    String text = Files.readString(Path.of("..").resolve(file));
    var found = Pattern.compile(Pattern.quote(name) + "(\\d+)").matcher(text);
    assertTrue(found.find(), () -> file + " has no " + name);
    return Integer.parseInt(found.group(1));
  }
}
