package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.json.Json;
import java.util.Map;

/** What the watch machine is asked; the schema describes each field. */
record WatchRequest(
    String environment,
    String operation,
    String applicationPath,
    int last,
    String service,
    String since,
    String after) {

  /** The request, or {@code InvalidRequest} with all that is wrong with it. */
  static WatchRequest of(JsonNode request) {
    return Json.read(DeployerMachine.WATCH.accept(request), WatchRequest.class);
  }

  /** What the host steps take their parameters from. */
  Map<String, String> settings() {
    return Map.of(
        "Operation", operation,
        "Last", Integer.toString(last),
        "Service", service,
        "Since", since,
        "After", after);
  }
}
