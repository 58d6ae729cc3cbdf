package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a state is left: the variables it sets, its output and where to.
 *
 * @param next empty when the flow ends here
 */
public record Exit(Map<String, JsonNode> assign, JsonNode output, Optional<String> next) {
  public Exit {
    assign = Collections.unmodifiableMap(new LinkedHashMap<>(assign));
  }
}
