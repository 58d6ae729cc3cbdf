package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.KeysRefused;
import cryptorobot.deployer.failure.DeploymentFailure.KeysUnreadable;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.ports.CommandState;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InjectKeysTest {

  private static final String NAME = "crypto-robot/crypto-robot.local/keys";

  private final FakeHostCommands commands = new FakeHostCommands();

  private JsonNode inject() {
    return Steps.call(
        new InjectKeys(Steps.of(commands)),
        """
        {"phase": 6, "host": %s, "settings": {"KeysSecret": "%s", "KeysVersion": "v1",
         "WhenKeysInvalid": "refuse", "Simulate": "false"}}"""
            .formatted(Steps.HOST_JSON, NAME));
  }

  private void hostFails(String failure) {
    commands.answer(
        new CommandState.Ended(
            50, "{\"failure\":\"%s\",\"message\":\"why\"}".formatted(failure), ""));
  }

  @Test
  void returnsWhatTheHostDecided() {
    commands.prints(
        "{\"mode\":\"live\",\"reason\":\"keys given\",\"protocol\":\"https\",\"keys_version\":\"v1\"}");
    assertEquals(
        "{\"mode\":\"live\",\"keys_version\":\"v1\",\"reason\":\"keys given\",\"protocol\":\"https\"}",
        inject().toString());
  }

  @Test
  void sendsTheNameAndTheVersionOfTheSecretAndTheRequest() {
    commands.prints("{}");
    inject();
    Map<String, String> sent = commands.sent().getFirst().parameters();
    assertEquals(NAME, sent.get("KeysSecret"));
    assertEquals("v1", sent.get("KeysVersion"));
    assertEquals("refuse", sent.get("WhenKeysInvalid"));
    assertEquals("false", sent.get("Simulate"));
  }

  @Test
  void failsAsTheHostFails() {
    hostFails("KeysRefused");
    DeploymentFailure refused = assertThrows(KeysRefused.class, this::inject);
    assertEquals("inject-keys: why", refused.getMessage());
  }

  /** An outage of the store is never a simulation. */
  @Test
  void failsIfTheHostCouldNotReadTheSecret() {
    hostFails("KeysUnreadable");
    assertThrows(KeysUnreadable.class, this::inject);
  }
}
