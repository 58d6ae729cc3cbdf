package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

/**
 * A message to the people and programs that subscribe to the stack's topic.
 *
 * @param subject 1 to 100 printable ASCII characters, as SNS requires for mail
 * @param text for people
 * @param json the same content for programs
 */
public record Notification(String subject, String text, String json) {

  public Notification {
    requireNonNull(text, "text is null");
    requireNonNull(json, "json is null");
    if (!subject.matches("[\\x20-\\x7e]{1,100}")) {
      throw new IllegalArgumentException("not 1 to 100 printable ASCII characters: " + subject);
    }
  }
}
