package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.KeysRefused;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.fakes.FakeSecrets;
import cryptorobot.deployer.ports.Secrets;
import cryptorobot.deployer.ports.StoredSecret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectKeysTest {

  private static final String NAME = "crypto-robot/crypto-robot.local/keys";
  private static final String GOOD =
      "{\"BINANCE_API_KEY\": \"öne=#'\\\" $x\", \"BINANCE_SECRET_KEY\": \"tw0\", \"note\": 1}";

  private final FakeHostCommands commands = new FakeHostCommands();
  private final FakeSecrets secrets = new FakeSecrets();

  private JsonNode inject(Secrets store, String version, String whenInvalid) {
    return inject(store, version, whenInvalid, false);
  }

  private JsonNode inject(Secrets store, String version, String whenInvalid, boolean simulate) {
    return Steps.call(
        new InjectKeys(store, Steps.of(commands)),
        """
        {"phase": 6, "host": %s, "settings": {"KeysSecret": "%s", "KeysVersion": "%s",
         "WhenKeysInvalid": "%s", "Simulate": "%s"}}"""
            .formatted(Steps.HOST_JSON, NAME, version, whenInvalid, simulate));
  }

  private void hostWrites(String mode) {
    commands.prints(
        "{\"mode\":\"%s\",\"protocol\":\"https\",\"keys_version\":\"v-%s\"}".formatted(mode, NAME));
  }

  @Test
  void goesLiveWithGoodKeysOfAnyCharacters() {
    secrets.with(NAME, GOOD);
    hostWrites("live");
    assertEquals(
        "{\"mode\":\"live\",\"keys_version\":\"v-%s\",\"reason\":\"keys given\",\"protocol\":\"https\"}"
            .formatted(NAME),
        inject(secrets, "v-" + NAME, "simulate").toString());
    assertEquals("live", commands.sent().getFirst().parameters().get("Mode"));
    assertFalse(
        commands.sent().toString().contains("tw0"), "a key's value was sent to Systems Manager");
  }

  @Test
  void simulatesIfTheRequestRequiresItWhateverTheKeysAre() {
    secrets.with(NAME, GOOD);
    hostWrites("simulation");
    JsonNode injected = inject(secrets, "v-" + NAME, "refuse", true);
    assertEquals(
        "no keys given: the request requires a simulation", injected.get("reason").asText());
    assertEquals("simulation", commands.sent().getFirst().parameters().get("Mode"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json s3cr3t | the secret is not valid JSON, or has a duplicate field",
        "`` | the secret is not valid JSON, or has a duplicate field",
        "{} {} | the secret is not valid JSON, or has a duplicate field",
        "{\"BINANCE_API_KEY\": \"s3cr3t\", \"BINANCE_API_KEY\": \"s3cr3t\"} | the secret is not valid JSON, or has a duplicate field",
        "[\"s3cr3t\"] | the secret is not a JSON object",
        "\"s3cr3t\" | the secret is not a JSON object",
        "null | the secret is not a JSON object",
        "{} | BINANCE_API_KEY is missing from the secret",
        "{\"BINANCE_API_KEY\": \"s3cr3t\"} | BINANCE_SECRET_KEY is missing from the secret",
        "{\"BINANCE_API_KEY\": \"\", \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is empty",
        "{\"BINANCE_API_KEY\": \"  \", \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is empty",
        "{\"BINANCE_API_KEY\": 5, \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is not a string",
        "{\"BINANCE_API_KEY\": null, \"BINANCE_SECRET_KEY\": \"s3cr3t\"} | BINANCE_API_KEY is not a string",
        "{\"BINANCE_API_KEY\": \"x\", \"BINANCE_SECRET_KEY\": {\"s3cr3t\": 1}} | BINANCE_SECRET_KEY is not a string",
        "{\"BINANCE_API_KEY\": \"s3cr3t\\n\", \"BINANCE_SECRET_KEY\": \"x\"} | BINANCE_API_KEY contains control characters, such as a line break",
        "{\"BINANCE_API_KEY\": \"s3cr3t\\u2028\", \"BINANCE_SECRET_KEY\": \"x\"} | BINANCE_API_KEY contains control characters, such as a line break",
      })
  void simulatesWithBadContentAndNamesTheKeyButNeverAValue(String content, String reason) {
    secrets.with(NAME, content);
    hostWrites("simulation");
    JsonNode result = inject(secrets, "v-" + NAME, "simulate");
    assertEquals("simulation", result.get("mode").asText());
    assertEquals("no keys given: " + reason, result.get("reason").asText());
    assertEquals("simulation", commands.sent().getFirst().parameters().get("Mode"));
  }

  @Test
  void simulatesWithoutASecretAndDoesNotReadIt() {
    hostWrites("simulation");
    JsonNode result = inject(secrets, "", "simulate");
    assertEquals("no keys given: there is no secret " + NAME, result.get("reason").asText());
    assertEquals(List.of(), secrets.requested());
  }

  @Test
  void refusesBadKeysIfTheRequestRequiresKeysAndChangesNothing() {
    KeysRefused refused = assertThrows(KeysRefused.class, () -> inject(secrets, "", "refuse"));
    assertTrue(refused.getMessage().contains(NAME), refused::getMessage);
    assertEquals(List.of(), commands.sent());
  }

  @Test
  void anOutageOfTheStoreDoesNotCauseASimulation() {
    Secrets down =
        new Secrets() {
          @Override
          public String currentVersion(String name) {
            throw new AwsUnavailable("throttled");
          }

          @Override
          public StoredSecret read(String name, String version) {
            throw new AwsUnavailable("throttled");
          }
        };
    assertThrows(AwsUnavailable.class, () -> inject(down, "v1", "simulate"));
    assertEquals(List.of(), commands.sent());
  }
}
