package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.Set;

/**
 * The input of the deploy state machine: an environment's values, with what the command line says
 * laid over them. Judging it is not done here: the deployer does it, the same for everybody.
 */
final class DeployRequest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A release has these in its manifest; the environment's file holds those of the next release.
   */
  private static final Set<String> OF_A_RELEASE =
      Set.of(
          "repository_url",
          "branch",
          "revision",
          "python_version",
          "virtual_env_path",
          "certificate_hostname",
          "services",
          "mode",
          "port",
          "health_path",
          "protocol",
          "persistent_paths");

  private final ObjectNode fields;

  DeployRequest(ObjectNode environment) {
    this.fields = environment.deepCopy();
  }

  /** The operation. One on a release leaves to its manifest what the file says of a release. */
  DeployRequest operation(String operation) {
    switch (operation) {
      case "rollback", "restart", "rotate-keys", "rotate-certificate" ->
          fields.remove(OF_A_RELEASE);
      default -> {}
    }
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
