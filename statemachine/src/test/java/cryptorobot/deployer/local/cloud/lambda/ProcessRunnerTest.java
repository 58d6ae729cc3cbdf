package cryptorobot.deployer.local.cloud.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ProcessRunnerTest extends FunctionRunnerTest {
  @Override
  FunctionRunner runner(Path jar) {
    return new ProcessRunner(
        RuntimeClassPath.of(jar, System.getProperty("java.class.path")),
        Instant::now,
        (_, line) -> said.add(line));
  }

  @Test
  void reportsAProcessThatEnds() throws Exception {
    JsonNode error = fail(probe, "exit now");
    assertEquals("Runtime.ExitError", error.path("errorType").asText());
    assertTrue(error.path("errorMessage").asText().endsWith("exit status 3"), error.toString());
  }

  @Test
  void readsASilentProcessOnAThreadThatHoldsNoCarrier() throws Exception {
    ask("warm");
    // Virtual threads are not among these; reading a pipe they would starve all others.
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals(probe.name())),
        "the process's output is not read on a platform thread");
  }
}
