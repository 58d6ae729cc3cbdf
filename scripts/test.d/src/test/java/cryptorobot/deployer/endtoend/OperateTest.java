package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.localcloud.machines.CertificateFlaw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The operations of an instance's life as a person gives them on AWS, with {@code operate}. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperateTest {
  private static final String ENVIRONMENT = "operate.local";

  private TestEnvironment trial;
  private Path folder;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    this.folder = folder;
    trial = new TestEnvironment(ENVIRONMENT, Robot.in(folder.resolve("robot")));
    trial.deploy().exits(0);
  }

  @Test
  @Order(1)
  void aRenewedCertificateIsStoredAndPutIntoService() throws Exception {
    String robot = trial.processes().lines().findFirst().orElseThrow();
    var secret = new ObjectMapper().readTree(trial.certificate(CertificateFlaw.NONE));
    var command = new ArrayList<>(List.of("certificate", ENVIRONMENT));
    for (String part : List.of("cert", "key", "chain")) {
      Path file = Files.writeString(folder.resolve(part), secret.path(part).asText());
      command.addAll(List.of("--" + part, file.toString()));
    }
    operate(0, command.toArray(String[]::new));
    says(operate(0, "rotate-certificate", ENVIRONMENT), "Deployed to " + ENVIRONMENT);
    assertEquals(robot, trial.processes().lines().findFirst().orElseThrow(), "the robot");
    says(operate(0, "check-certificates", ENVIRONMENT), "ends in 36");
  }

  @Test
  @Order(2)
  void driftIsNamedWithTheCommandThatMendsIt() throws Exception {
    says(operate(0, "drift", ENVIRONMENT), "what runs is what was deployed");
    trial.inside("chmod", "644", "/opt/crypto-robot/current/.env");
    String said = operate(0, "drift", ENVIRONMENT);
    says(said, "env: .env is 644 and ec2-user's instead of 600 and ec2-user's");
    says(said, "fix: scripts/operate rotate-keys " + ENVIRONMENT);
    says(operate(0, "status", ENVIRONMENT), "drift         1 differences");
    operate(0, "rotate-keys", ENVIRONMENT);
    says(operate(0, "drift", ENVIRONMENT), "what runs is what was deployed");
  }

  @Test
  @Order(3)
  void aStopAndAStartSayWhatBecameOfTheRobot() throws Exception {
    says(operate(0, "stop", ENVIRONMENT), "robot     stopped in ");
    says(operate(1, "drift", ENVIRONMENT), "is stopped");
    says(operate(0, "start", ENVIRONMENT), "health    healthy");
    trial.serves(trial.robot().head());
  }

  private static void says(String said, String text) {
    assertTrue(said.contains(text), () -> "should say '" + text + "': " + said);
  }

  private static String operate(int exit, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(LocalCommand.home().resolve("scripts/operate").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("--region", "eu-west-1"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(LocalAws.variables());
    Process operate = builder.start();
    operate.getOutputStream().close();
    String said = new String(operate.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(exit, operate.waitFor(), () -> String.join(" ", command) + ": " + said);
    return said;
  }
}
