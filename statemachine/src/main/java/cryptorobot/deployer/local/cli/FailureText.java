package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Says a task's failure as a person reads it: its simple name, and the message without wrapping.
 */
final class FailureText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FailureText() {}

  static String of(String error, String cause) {
    String message = message(cause);
    return message.isBlank() ? name(error) : name(error) + ": " + message;
  }

  /** The simple name: what a function throws is named with its package. */
  static String name(String error) {
    boolean ours = error.startsWith("cryptorobot.");
    return ours ? error.substring(error.lastIndexOf('.') + 1) : error;
  }

  private static String message(String cause) {
    if (cause == null) {
      return "";
    }
    try {
      JsonNode said = JSON.readTree(cause);
      // A deploy started by a migration tells its own end.
      return said.has("ExecutionArn")
          ? said.path("Error").asText() + ": " + said.path("Cause").asText()
          : said.path("errorMessage").asText(cause);
    } catch (JsonProcessingException e) {
      return cause;
    }
  }
}
