package cryptorobot.localcloud.aws.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.step.Probe;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.aws.sts.Principals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of both ways to run a packaged function. */
abstract class FunctionRunnerTest {
  static final Principals PRINCIPALS = new Principals(_ -> Optional.empty());

  @TempDir Path folder;
  final List<String> lines = new CopyOnWriteArrayList<>();
  private FunctionRunner runner;
  Function probe;

  abstract FunctionRunner runner(Path jar) throws IOException;

  @BeforeEach
  void pack() throws Exception {
    Path jar = FunctionJar.in(folder, Probe.class, Probe.Refused.class);
    List<Function> found =
        new FunctionCatalog(
                new Account("eu-west-1"), PRINCIPALS, IssuedKeys.in(folder, new SecureRandom()))
            .read(jar, Duration.ofSeconds(30), Map.of("TOPIC_ARN", "arn:topic"));
    assertEquals(List.of("crypto-robot-Probe"), found.stream().map(Function::name).toList());
    probe = found.getFirst();
    runner = runner(jar);
  }

  @AfterEach
  void close() {
    runner.close();
  }

  private Function limited(Duration timeout) {
    return new Function(
        probe.name(), probe.arn(), probe.handler(), probe.role(), timeout, probe.environment());
  }

  String invoke(String action) throws Exception {
    return AwsJson.parse(
            assertInstanceOf(InvocationResult.Returned.class, invoke(probe, action)).payload())
        .asText();
  }

  private InvocationResult invoke(Function function, String action) throws InterruptedException {
    return runner.invoke(
        function, "request-1", ("\"" + action + "\"").getBytes(StandardCharsets.UTF_8));
  }

  JsonNode fail(Function function, String action) throws Exception {
    return AwsJson.parse(
        assertInstanceOf(InvocationResult.Unhandled.class, invoke(function, action)).payload());
  }

  @Test
  void keepsAHandlerWarm() throws Exception {
    assertEquals("1", invoke("served"));
    assertEquals("2", invoke("served"));
    fail(probe, "refuse it");
    assertEquals("4", invoke("served"), "a handler that threw stays warm");
  }

  @Test
  void givesAFunctionItsOwnEnvironment() throws Exception {
    assertEquals("arn:topic", invoke("environment TOPIC_ARN"));
    assertEquals("crypto-robot-Probe", invoke("environment AWS_LAMBDA_FUNCTION_NAME"));
    assertEquals(
        PRINCIPALS.accessKeyOf("crypto-robot-Probe"), invoke("environment AWS_ACCESS_KEY_ID"));
    assertEquals("null", invoke("environment HOME"), "no variable of this process is visible");
  }

  @Test
  void givesAFunctionItsContext() throws Exception {
    assertEquals(
        "crypto-robot-Probe arn:aws:lambda:eu-west-1:000000000000:function:crypto-robot-Probe",
        invoke("function"));
    assertEquals("true", invoke("remaining"));
  }

  @Test
  void showsAFunctionOnlyWhatIsInItsJar() throws Exception {
    assertEquals("no", invoke("visible cryptorobot.localcloud.Cloud"));
  }

  @Test
  void reportsAnErrorUnderItsQualifiedClassName() throws Exception {
    JsonNode error = fail(probe, "refuse the branch");
    assertEquals("cryptorobot.deployer.step.Probe$Refused", error.path("errorType").asText());
    assertEquals("the branch", error.path("errorMessage").asText());
    assertTrue(error.path("stackTrace").isArray(), error.toString());
    assertTrue(
        error.path("stackTrace").get(0).asText().startsWith("cryptorobot.deployer.step.Probe"),
        error.toString());
    assertFalse(error.has("cause"), "the runtime reports no causes");
  }

  @Test
  void endsAFunctionThatOverrunsItsTimeout() throws Exception {
    invoke("warm");
    JsonNode error = fail(limited(Duration.ofMillis(300)), "hang");
    assertEquals("Sandbox.Timedout", error.path("errorType").asText());
    assertTrue(
        error.path("errorMessage").asText().endsWith("Task timed out after 0.30 seconds"),
        error.toString());
    assertEquals("1", invoke("served"), "the next invocation gets a new handler");
  }

  @Test
  void reportsAHandlerThatIsNotThere() throws Exception {
    Function missing =
        new Function(
            "missing",
            probe.arn(),
            "cryptorobot.deployer.step.Missing",
            "r",
            probe.timeout(),
            Map.of());
    JsonNode error = fail(missing, "x");
    assertTrue(error.path("errorType").asText().contains("ClassNotFound"), error.toString());
  }
}
