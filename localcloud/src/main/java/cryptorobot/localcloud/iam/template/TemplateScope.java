package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * The names with a value at one place of a template: parameters, pseudo parameters and the
 * variables of enclosing loops.
 *
 * @param shown the same names, with a placeholder for the environment
 */
public record TemplateScope(Map<String, JsonNode> values, Map<String, JsonNode> shown) {
  public TemplateScope {
    values = Map.copyOf(values);
    shown = Map.copyOf(shown);
  }

  public TemplateScope with(String name, JsonNode value, JsonNode shownAs) {
    Map<String, JsonNode> more = new HashMap<>(values);
    more.put(name, value);
    Map<String, JsonNode> moreShown = new HashMap<>(shown);
    moreShown.put(name, shownAs);
    return new TemplateScope(more, moreShown);
  }
}
