package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.FoundValue;
import java.util.function.Function;

/**
 * The deploy request in the field {@code deploy} of a request to another machine.
 *
 * <p>It is about the same environment and application path as the request that contains it.
 */
final class EmbeddedDeploy {

  private EmbeddedDeploy() {}

  /**
   * The request with environment, application path and operation, as the deploy machine takes it.
   */
  static ObjectNode complete(String environment, String applicationPath, ObjectNode deploy) {
    requireSame(deploy, "environment", environment);
    requireSame(deploy, "application_path", applicationPath);
    ObjectNode complete = deploy.deepCopy();
    complete.put("environment", environment).put("application_path", applicationPath);
    complete.put("operation", "deploy");
    return complete;
  }

  /** A deploy that the request starts or plans; {@code InvalidRequest} names the field deploy. */
  static DeployRequest toDeploy(ObjectNode deploy) {
    return checked(deploy, DeployRequest::of);
  }

  /** A deploy of which only settings are read: it may lack the repository. */
  static DeployRequest toRead(ObjectNode deploy) {
    return checked(deploy, DeployRequest::settingsOf);
  }

  private static DeployRequest checked(
      ObjectNode deploy, Function<JsonNode, DeployRequest> reader) {
    try {
      return reader.apply(deploy);
    } catch (InvalidRequest e) {
      throw new InvalidRequest("in $.deploy: " + e.getMessage());
    }
  }

  private static void requireSame(ObjectNode deploy, String field, String value) {
    JsonNode other = deploy.path(field);
    if (!other.isMissingNode() && !other.asText().equals(value)) {
      throw new InvalidRequest(
          "$.deploy." + field, FoundValue.of(other), "nothing, or the same as $." + field);
    }
  }
}
