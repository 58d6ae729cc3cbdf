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

/** The operations on an instance as a person runs them on AWS, with {@code operate}. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperateTest {
  private static final String ENVIRONMENT = "operate.local";

  private TestEnvironment environment;
  private Path folder;

  @BeforeAll
  void aRobot(@TempDir Path folder) {
    this.folder = folder;
    environment = new TestEnvironment(ENVIRONMENT, Robot.in(folder.resolve("robot")));
    environment.deploy().exits(0);
  }

  @Test
  @Order(1)
  void aRenewedCertificateIsStoredAndPutIntoService() throws Exception {
    String robot = environment.processes().lines().findFirst().orElseThrow();
    var secret = new ObjectMapper().readTree(environment.certificate(CertificateFlaw.NONE));
    var command = new ArrayList<>(List.of("certificate", ENVIRONMENT));
    for (String part : List.of("cert", "key", "chain")) {
      Path file = Files.writeString(folder.resolve(part), secret.path(part).asText());
      command.addAll(List.of("--" + part, file.toString()));
    }
    operate(0, command.toArray(String[]::new));
    assertPrinted(operate(0, "rotate-certificate", ENVIRONMENT), "Deployed to " + ENVIRONMENT);
    assertEquals(robot, environment.processes().lines().findFirst().orElseThrow(), "the robot");
    assertPrinted(operate(0, "check-certificates", ENVIRONMENT), "ends in 36");
  }

  @Test
  @Order(2)
  void driftIsReportedWithTheCommandThatFixesIt() throws Exception {
    assertPrinted(operate(0, "drift", ENVIRONMENT), "what runs is what was deployed");
    environment.inside("chmod", "644", "/opt/crypto-robot/current/.env");
    String output = operate(0, "drift", ENVIRONMENT);
    assertPrinted(output, "env: .env is 644 and ec2-user's instead of 600 and ec2-user's");
    assertPrinted(output, "fix: scripts/operate rotate-keys " + ENVIRONMENT);
    assertPrinted(operate(0, "status", ENVIRONMENT), "drift         1 differences");
    operate(0, "rotate-keys", ENVIRONMENT);
    assertPrinted(operate(0, "drift", ENVIRONMENT), "what runs is what was deployed");
  }

  @Test
  @Order(3)
  void aStopAndAStartReportTheStateOfTheRobot() throws Exception {
    assertPrinted(operate(0, "stop", ENVIRONMENT), "robot     stopped in ");
    assertPrinted(operate(1, "drift", ENVIRONMENT), "is stopped");
    assertPrinted(operate(0, "start", ENVIRONMENT), "health    healthy");
    environment.serves(environment.robot().head());
  }

  private static void assertPrinted(String output, String text) {
    assertTrue(output.contains(text), () -> "should print '" + text + "': " + output);
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
    String output = new String(operate.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(exit, operate.waitFor(), () -> String.join(" ", command) + ": " + output);
    return output;
  }
}
