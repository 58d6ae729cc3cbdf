package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.KeysRefused;
import cryptorobot.deployer.failure.DeploymentFailure.KeysUnreadable;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.fakes.FakeSecrets;
import cryptorobot.deployer.ports.CommandState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InjectKeysTest {

  private static final String NAME = "crypto-robot/crypto-robot.local/keys";

  private final FakeHostCommands commands = new FakeHostCommands();
  private final FakeSecrets secrets = new FakeSecrets().with(NAME, "{}");
  private String declared = "[{\"name\":\"keys\",\"version\":\"v1\"}]";
  private boolean simulate;

  private JsonNode inject() {
    return Steps.call(
        new InjectKeys(Steps.of(commands), () -> secrets),
        """
        {"phase": 6, "host": %s, "settings": {"SecretPrefix": "crypto-robot/crypto-robot.local/",
         "Secrets": %s, "WhenKeysInvalid": "refuse", "Simulate": "%s"}}"""
            .formatted(Steps.HOST_JSON, TextNode.valueOf(declared), simulate));
  }

  private String sent() {
    return commands.sent().getFirst().parameters().get("Secrets");
  }

  private void hostFails(String failure) {
    commands.answer(
        new CommandState.Ended(
            50, "{\"failure\":\"%s\",\"message\":\"why\"}".formatted(failure), ""));
  }

  @Test
  void returnsWhatTheHostDecided() {
    commands.prints(
        "{\"mode\":\"live\",\"reason\":\"keys given\",\"protocol\":\"https\",\"keys_version\":\"v1\",\"warnings\":[\"w\"]}");
    assertEquals(
        "{\"mode\":\"live\",\"keys_version\":\"v1\",\"reason\":\"keys given\",\"protocol\":\"https\",\"warnings\":[\"w\"],\"sets_mode\":true}",
        inject().toString());
  }

  @Test
  void sendsTheNameAndTheVersionOfTheSecretAndTheRequest() {
    commands.prints("{}");
    inject();
    Map<String, String> sent = commands.sent().getFirst().parameters();
    assertEquals("crypto-robot/crypto-robot.local/", sent.get("SecretPrefix"));
    assertEquals(declared, sent.get("Secrets"));
    assertEquals(List.of(), secrets.requested(), "the plan has the versions");
    assertEquals("refuse", sent.get("WhenKeysInvalid"));
    assertEquals("false", sent.get("Simulate"));
  }

  /** Of a release that is rolled back to: its manifest has the declarations. */
  @Test
  void readsTheVersionsThatThePlanDoesNotHave() {
    commands.prints("{}");
    declared =
        "[{\"name\":\"keys\"},{\"name\":\"telegram\"},{\"name\":\"page\",\"version\":\"v9\"}]";
    inject();
    assertEquals(
        "[{\"name\":\"keys\",\"version\":\"v-%s\"},{\"name\":\"telegram\",\"version\":\"\"},{\"name\":\"page\",\"version\":\"v9\"}]"
            .formatted(NAME),
        sent());
  }

  @Test
  void readsOnlyTheVersionsThatASimulationGets() {
    commands.prints("{}");
    simulate = true;
    declared =
        "[{\"name\":\"keys\",\"in_simulation\":false},{\"name\":\"page\",\"in_simulation\":true}]";
    inject();
    assertEquals(List.of("crypto-robot/crypto-robot.local/page"), secrets.requested());
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
