package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.FoundValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Systems Manager document of a host step: the parts that a caller needs.
 *
 * @param name its full name, which contains a hash of its content
 * @param timeout the time limit of the script; from 5 s to 48 h, because the agent replaces any
 *     other value by an hour
 * @param declared its {@code parameters}, by name
 */
record StepDocument(String name, Duration timeout, Map<String, JsonNode> declared) {

  StepDocument {
    if (timeout.toSeconds() < 5 || timeout.toSeconds() > 172_800) {
      throw new IllegalArgumentException(name + ": " + timeout + " is not from 5 s to 172800 s");
    }
    declared = Map.copyOf(declared);
  }

  /**
   * The values of exactly the parameters that it declares. Throws {@code InvalidRequest} if the
   * step lacks one, or has one that the agent would replace by a value of the Parameter Store.
   */
  Map<String, String> parametersOf(HostStep step) {
    Map<String, String> parameters = new LinkedHashMap<>();
    declared.forEach(
        (parameter, declaration) -> {
          if (!declaration.has("default") || step.settings().containsKey(parameter)) {
            parameters.put(parameter, literal(parameter, step.parameter(parameter)));
          }
        });
    return parameters;
  }

  private static String literal(String parameter, String value) {
    if (value.contains("{{")) {
      throw new InvalidRequest(
          "$.settings." + parameter,
          FoundValue.text(value),
          "a string without '{{', which the agent would replace");
    }
    return value;
  }
}
