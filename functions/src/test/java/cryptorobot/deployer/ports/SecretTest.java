package cryptorobot.deployer.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cryptorobot.deployer.json.Json;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever is done with a secret by mistake, its text does not come out. */
class SecretTest {
  private static final String TEXT = "nobody-may-see-this";

  private final Secret secret = new Secret(TEXT);

  /** As a step's answer could hold one. */
  record Answer(Secret key) {}

  @Test
  void printsAsRedactedWhereverItIsPrinted() {
    assertEquals("[redacted]", secret.toString());
    assertEquals("Answer[key=[redacted]]", new Answer(secret).toString());
    assertEquals("key [redacted]", "key %s".formatted(secret));
    assertEquals("{a=Optional[[redacted]]}", Map.of("a", Optional.of(secret)).toString());
  }

  @Test
  void isWrittenToNoJson() {
    RuntimeException refused =
        assertThrows(RuntimeException.class, () -> Json.text(new Answer(secret)));
    assertFalse(String.valueOf(refused).contains(TEXT), refused::toString);
  }
}
