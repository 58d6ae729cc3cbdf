package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Systems Manager document of a host step, as far as a caller must know it.
 *
 * @param name its full name, which carries a hash of its content
 * @param declared its {@code parameters}, by name
 */
record StepDocument(String name, Map<String, JsonNode> declared) {

  StepDocument {
    declared = Map.copyOf(declared);
  }

  /** The parameters it declares, no other; {@code InvalidRequest} when the step lacks one. */
  Map<String, String> parametersOf(HostStep step) {
    Map<String, String> parameters = new LinkedHashMap<>();
    declared.forEach(
        (parameter, declaration) -> {
          if (!declaration.has("default") || step.settings().containsKey(parameter)) {
            parameters.put(parameter, step.parameter(parameter));
          }
        });
    return parameters;
  }
}
