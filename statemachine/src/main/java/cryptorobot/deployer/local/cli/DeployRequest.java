package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/**
 * The input of the deploy state machine: an environment's values, with what the command line says
 * laid over them. Judging it is not done here: the deployer does it, the same for everybody.
 */
final class DeployRequest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode fields;

  DeployRequest(ObjectNode environment) {
    this.fields = environment.deepCopy();
  }

  DeployRequest operation(String operation) {
    fields.put("operation", operation);
    return this;
  }

  DeployRequest repository(String url) {
    fields.put("repository_url", url);
    return this;
  }

  /** A branch: its newest commit. */
  DeployRequest branch(String branch) {
    fields.remove("revision");
    fields.put("branch", branch);
    return this;
  }

  /** One exact commit, whatever branch it is on. */
  DeployRequest revision(String revision) {
    fields.remove("branch");
    fields.put("revision", revision);
    return this;
  }

  DeployRequest release(String release) {
    fields.put("release", release);
    return this;
  }

  /** Any other field: a value that is JSON is taken as such, anything else is a text. */
  DeployRequest set(Map<String, String> given) {
    given.forEach((name, value) -> fields.set(name, value(value)));
    return this;
  }

  ObjectNode json() {
    return fields.deepCopy();
  }

  private static JsonNode value(String text) {
    try {
      JsonNode parsed = JSON.readTree(text);
      boolean whole = parsed != null && !parsed.isMissingNode();
      // 3.10 as a number would become 3.1; a version is a text that looks like a number.
      return whole && !parsed.isFloatingPointNumber() ? parsed : new TextNode(text);
    } catch (JsonProcessingException e) {
      return new TextNode(text);
    }
  }
}
