package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The exit of a state: assigned variables, output and next state.
 *
 * @param next empty if the flow ends here
 */
public record Exit(Map<String, JsonNode> assign, JsonNode output, Optional<String> next) {
  public Exit {
    assign = Collections.unmodifiableMap(new LinkedHashMap<>(assign));
  }
}
