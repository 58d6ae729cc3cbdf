package cryptorobot.deployer.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.localstack.LocalStackLambda.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Functions in LocalStack's Lambda, run by {@code scripts/test.d/localstack/executor}: how it
 * handles a function that fails, and our packaged jar.
 */
@Tag("localstack")
@Tag("emulator")
@ExtendWith(LocalStackParameter.class)
final class LocalStackFunctionsTest {
  private static final Path JAR = Path.of("../../functions/target/functions.jar");

  private final String name = "function-" + UUID.randomUUID();
  private LocalStackLambda lambda;

  @BeforeEach
  void connect(LocalStack localStack) {
    lambda = new LocalStackLambda(localStack.endpointWithFunctions());
  }

  @Test
  void returnsWhatTheFunctionReturnsWithItsLog() throws Exception {
    misbehaving(5);
    Result result = lambda.invoke(name, "{}");
    assertEquals(Optional.empty(), result.error(), result::toString);
    assertEquals(name, result.payload().get("function").asText());
    assertEquals("as given", result.payload().get("setting").asText());
    String request = result.payload().get("request").asText();
    assertTrue(result.log().startsWith("START RequestId: " + request), result::log);
    assertTrue(result.log().contains("invocation 1 prints this\n"), result::log);
    assertTrue(result.log().contains("\nEND RequestId: " + request), result::log);
  }

  @Test
  void keepsTheProcessForTheNextInvocation() throws Exception {
    misbehaving(5);
    lambda.invoke(name, "{}");
    Result second = lambda.invoke(name, "{}");
    assertEquals("2", second.payload().get("invocations").asText());
    assertTrue(!second.log().contains("invocation 1"), second::log);
  }

  @Test
  void returnsTheErrorOfAFunctionThatThrows() throws Exception {
    misbehaving(5);
    Result result = lambda.invoke(name, "{\"do\": \"throw\"}");
    assertUnhandled("java.lang.IllegalStateException", "as requested", result);
    assertEquals("2", lambda.invoke(name, "{}").payload().get("invocations").asText());
  }

  @Test
  void startsAgainAfterAFunctionThatExits() throws Exception {
    misbehaving(5);
    Result result = lambda.invoke(name, "{\"do\": \"exit\"}");
    assertUnhandled("Runtime.ExitError", "Runtime exited with error: exit status 3", result);
    assertEquals("1", lambda.invoke(name, "{}").payload().get("invocations").asText());
  }

  @Test
  void endsAFunctionThatExceedsItsTimeout() throws Exception {
    misbehaving(2);
    Result result = lambda.invoke(name, "{\"do\": \"wait\"}");
    assertUnhandled("Sandbox.Timedout", "Task timed out after 2.00 seconds", result);
    assertEquals("1", lambda.invoke(name, "{}").payload().get("invocations").asText());
  }

  @Test
  void reportsAFunctionThatCannotStart() throws Exception {
    lambda.create(name, "no.such.Handler", classes(), 5, Map.of());
    Result result = lambda.invoke(name, "{}");
    assertTrue(result.error().isPresent(), result::toString);
    assertTrue(result.payload().toString().contains("no.such.Handler"), result::toString);
  }

  @Test
  void ourJarRefusesAnInvalidRequestByName() throws Exception {
    lambda.create(
        name, "cryptorobot.deployer.step.PlanDeployment", Files.readAllBytes(JAR), 20, Map.of());
    Result result = lambda.invoke(name, "{\"input\": {}}");
    assertUnhandled(
        "cryptorobot.deployer.failure.DeploymentFailure$InvalidRequest", "unknown field", result);
  }

  private void misbehaving(int timeout) throws IOException {
    lambda.create(
        name,
        MisbehavingFunction.class.getName(),
        classes(),
        timeout,
        Map.of("SETTING", "as given"));
  }

  private static void assertUnhandled(String type, String message, Result result) {
    JsonNode payload = result.payload();
    assertEquals(Optional.of("Unhandled"), result.error(), result::toString);
    assertEquals(type, payload.path("errorType").asText(), result::toString);
    assertTrue(payload.path("errorMessage").asText().contains(message), result::toString);
  }

  /** The function's class as Lambda's package. */
  private static byte[] classes() throws IOException {
    String file = MisbehavingFunction.class.getName().replace('.', '/') + ".class";
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes);
        var content = MisbehavingFunction.class.getResourceAsStream("/" + file)) {
      zip.putNextEntry(new ZipEntry(file));
      content.transferTo(zip);
    }
    return bytes.toByteArray();
  }
}
