package cryptorobot.deployer.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What every refusal has in common, whoever speaks it. */
public final class Refusal {

  private Refusal() {}

  /**
   * Asserts that a person can read it: a sentence, no program's trace, nothing a terminal obeys.
   */
  public static void isReadable(String said) {
    assertFalse(said.isBlank(), "nothing was said");
    assertFalse(said.contains("Traceback (most recent call last)"), said);
    assertFalse(said.contains("\n\tat "), said);
    assertFalse(said.matches("(?s).*\\b(java|com|org)\\.[a-z]+\\.[A-Za-z.]+Exception.*"), said);
    assertTrue(
        said.strip().codePoints().noneMatch(c -> Character.getType(c) == Character.CONTROL),
        () -> "holds control characters: " + said);
    assertTrue(said.length() <= 4_100, () -> "is too long to read: " + said.length());
  }

  /** Asserts that no shell has read a text of {@link HostileTexts}. */
  public static void ranNothing() {
    assertFalse(Files.exists(Path.of(HostileTexts.CANARY)), "a shell ran what it was given");
  }
}
