package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.json.Json;
import java.util.Map;

/** A request to the watch machine; the schema describes each field. */
record WatchRequest(
    String environment,
    String operation,
    String applicationPath,
    int last,
    String service,
    String since,
    String after,
    ObjectNode deploy) {

  /** The operation that compares what serves with a deploy request. */
  static final String PLAN = "plan";

  /** The request, or {@code InvalidRequest} with all that is wrong with it. */
  static WatchRequest of(JsonNode request) {
    return Json.read(DeployerMachine.WATCH.accept(request), WatchRequest.class);
  }

  boolean isPlan() {
    return operation.equals(PLAN);
  }

  /** The deploy request that a plan is about. */
  DeployRequest planned() {
    return EmbeddedDeploy.toDeploy(EmbeddedDeploy.complete(environment, applicationPath, deploy));
  }

  /** What the host steps of a reading other than a plan take their parameters from. */
  Map<String, String> settings() {
    return Map.of(
        "Operation", operation,
        "Last", Integer.toString(last),
        "Service", service,
        "Since", since,
        "After", after);
  }
}
