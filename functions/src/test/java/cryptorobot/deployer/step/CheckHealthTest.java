package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.Unhealthy;
import cryptorobot.deployer.fakes.FakeHostCommands;
import org.junit.jupiter.api.Test;

class CheckHealthTest {

  private final FakeHostCommands commands = new FakeHostCommands();

  private JsonNode check() {
    return Steps.call(
        new CheckHealth(Steps.of(commands)),
        "{\"phase\": 9, \"host\": %s, \"settings\": {\"Release\": \"r\", \"Services\": \"[]\"}}"
            .formatted(Steps.HOST_JSON));
  }

  @Test
  void returnsTheNumberOfProbesAndTheirDuration() {
    commands.prints("{\"healthy\":true,\"probes\":5,\"seconds\":12}");
    assertEquals("{\"healthy\":true,\"probes\":5,\"seconds\":12}", check().toString());
  }

  @Test
  void failsWithTheEvidence() {
    commands.prints(
        "{\"healthy\":false,\"unit\":\"crypto-robot\",\"reason\":\"exited with status 1\","
            + "\"evidence\":\"ZeroDivisionError: division by zero\"}");
    Unhealthy unhealthy = assertThrows(Unhealthy.class, this::check);
    assertEquals(
        "crypto-robot: exited with status 1: ZeroDivisionError: division by zero",
        unhealthy.getMessage());
  }
}
