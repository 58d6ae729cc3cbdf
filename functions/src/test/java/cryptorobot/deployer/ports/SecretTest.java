package cryptorobot.deployer.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cryptorobot.deployer.json.Json;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** No misuse of a secret discloses its value. */
class SecretTest {
  private static final String VALUE = "not-for-any-output";

  private final Secret secret = new Secret(VALUE);

  /** A record with a secret in it. */
  record Answer(Secret key) {}

  @Test
  void printsAsRedactedInEveryOutput() {
    assertEquals("[redacted]", secret.toString());
    assertEquals("Answer[key=[redacted]]", new Answer(secret).toString());
    assertEquals("key [redacted]", "key %s".formatted(secret));
    assertEquals("{a=Optional[[redacted]]}", Map.of("a", Optional.of(secret)).toString());
  }

  @Test
  void isNeverWrittenToJson() {
    RuntimeException refused =
        assertThrows(RuntimeException.class, () -> Json.text(new Answer(secret)));
    assertFalse(String.valueOf(refused).contains(VALUE), refused::toString);
  }
}
