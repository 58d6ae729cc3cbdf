package cryptorobot.deployer.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Properties of every refusal, whichever component issues it. */
public final class Refusal {

  private Refusal() {}

  /**
   * Asserts that a person can read the message: no stack trace, and no character that a terminal
   * interprets.
   */
  public static void isReadable(String message) {
    assertFalse(message.isBlank(), "the message is empty");
    assertFalse(message.contains("Traceback (most recent call last)"), message);
    assertFalse(message.contains("\n\tat "), message);
    assertFalse(
        message.matches("(?s).*\\b(java|com|org)\\.[a-z]+\\.[A-Za-z.]+Exception.*"), message);
    assertTrue(
        message.strip().codePoints().noneMatch(c -> Character.getType(c) == Character.CONTROL),
        () -> "contains control characters: " + message);
    assertTrue(message.length() <= 4_100, () -> "is too long to read: " + message.length());
  }

  /** Asserts that no shell has interpreted a string of {@link HostileTexts}. */
  public static void ranNothing() {
    assertFalse(Files.exists(Path.of(HostileTexts.CANARY)), "a shell ran a hostile string");
  }
}
