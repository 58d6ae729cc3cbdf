package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.fakes.FakeSecrets;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dead-man switch does not fire on a healthy deploy, and does not wait much longer. */
class DeadManTest {
  /** The longest time that a command may wait for its delivery to the host, in seconds. */
  private static final int DELIVERY = 60;

  private static int planned(String more) {
    String request =
        """
        {"environment": "a.local", "repository_url": "https://h/r.git"%s}"""
            .formatted(more);
    var plan = new PlanDeployment(FakeSecrets::new, Map.of());
    var planned =
        new PlanDeployment.Request(
            DeployerMachine.DEPLOY,
            new MachineScope("a.local", "", "", false),
            Json.tree(request).orElseThrow(),
            Steps.EXECUTION,
            Instant.EPOCH);
    var settings = ((PlanDeployment.Deploy) plan.run(planned)).settings();
    return Integer.parseInt(settings.get("DeadManSeconds"));
  }

  private static String services(int robots, int webs) {
    var list = Json.list();
    for (int i = 0; i < robots + webs; i++) {
      list.addObject()
          .put("name", "service-" + i)
          .put("type", i < robots ? "trading_robot" : "web_application")
          .put("command", "python main.py");
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

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0, 1, 0", "1, 1, 10", "10, 0, 300"})
  void waitsForTheStateMachineToDecide(int robots, int webs, int bake) {
    int deadMan = planned(services(robots, webs) + ", \"bake_seconds\": " + bake);
    var documents = new StepDocuments("/documents", "crypto-robot");
    long longest = 0;
    for (String step : List.of("activate-release", "check-health", "confirm-release")) {
      longest += DELIVERY + documents.of(step).timeout().toSeconds();
    }
    long needed = longest;
    assertTrue(
        deadMan >= needed,
        () -> "it fires after %d s, a healthy run may need %d s".formatted(deadMan, needed));
    assertTrue(
        deadMan <= 2 * needed, () -> "an abandoned release serves for %d s".formatted(deadMan));
  }

  @Test
  void doesNotCountADisabledService() {
    assertEquals(
        planned(services(1, 0)),
        planned(
            services(1, 1)
                .replace("\"name\":\"service-1\"", "\"name\":\"service-1\",\"enabled\":false")));
  }

  /** The services and the bake of a release are in its manifest, which the plan does not know. */
  @Test
  void sufficesForAnyReleaseOfAnOperationOnARelease() {
    assertEquals(
        planned(services(10, 0) + ", \"bake_seconds\": 300"),
        planned(", \"operation\": \"rollback\""));
  }

  @Test
  void knowsTheLimitsOfTheHost() throws IOException {
    assertEquals(DeadMan.ROBOT_STOP, number("systemd/crypto-robot.service", "TimeoutStopSec="));
    assertEquals(DeadMan.WEB_STOP, number("systemd/crypto-webapp.service", "TimeoutStopSec="));
    assertEquals(
        DeadMan.HEALTH_WINDOW, number("scripts/host/robothost/health.py", "LONGEST_FIRST_BEAT = "));
  }

  private static int number(String file, String name) throws IOException {
    String text = Files.readString(Path.of("..").resolve(file));
    var found = Pattern.compile(Pattern.quote(name) + "(\\d+)").matcher(text);
    assertTrue(found.find(), () -> file + " has no " + name);
    return Integer.parseInt(found.group(1));
  }
}
