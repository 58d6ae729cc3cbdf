package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Secret;
import cryptorobot.deployer.ports.StoredSecret;
import java.util.List;
import java.util.Optional;

/** Validates the secret with the exchange keys, and never discloses any of its content. */
final class KeysJudge {

  private static final List<String> KEYS = List.of("BINANCE_API_KEY", "BINANCE_SECRET_KEY");

  private KeysJudge() {}

  static KeysVerdict judge(StoredSecret stored) {
    return switch (stored) {
      case StoredSecret.Missing missing -> new KeysVerdict.Simulation(missing.why());
      case StoredSecret.Present present -> judge(present.text());
    };
  }

  private static KeysVerdict judge(Secret secret) {
    Optional<JsonNode> content = Json.tree(secret.reveal());
    if (content.isEmpty()) {
      return new KeysVerdict.Simulation("the secret is not valid JSON, or has a duplicate field");
    }
    if (!content.get().isObject()) {
      return new KeysVerdict.Simulation("the secret is not a JSON object");
    }
    return KEYS.stream()
        .map(key -> problem(key, content.get().get(key)))
        .flatMap(Optional::stream)
        .findFirst()
        .<KeysVerdict>map(KeysVerdict.Simulation::new)
        .orElseGet(KeysVerdict.Live::new);
  }

  private static Optional<String> problem(String key, JsonNode value) {
    if (value == null) {
      return Optional.of(key + " is missing from the secret");
    }
    if (!value.isTextual()) {
      return Optional.of(key + " is not a string");
    }
    if (value.textValue().isBlank()) {
      return Optional.of(key + " is empty");
    }
    // A line break would end the line of .env, and the rest would become another variable.
    return value.textValue().codePoints().anyMatch(KeysJudge::isControl)
        ? Optional.of(key + " contains control characters, such as a line break")
        : Optional.empty();
  }

  private static boolean isControl(int character) {
    int type = Character.getType(character);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }
}
