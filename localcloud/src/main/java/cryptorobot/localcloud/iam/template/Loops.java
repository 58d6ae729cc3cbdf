package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Unrolls {@code Fn::ForEach} among resources. A list in the template is the same in every stack; a
 * list that is a parameter contains the environments and is shown as a placeholder.
 */
final class Loops {
  private static final String LOOP = "Fn::ForEach::";

  private final String file;
  private final BiFunction<JsonNode, TemplateScope, JsonNode> resolved;

  Loops(String file, BiFunction<JsonNode, TemplateScope, JsonNode> resolved) {
    this.file = file;
    this.resolved = resolved;
  }

  List<Declared> unroll(ObjectNode resources, TemplateScope scope) {
    List<Declared> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : resources.properties()) {
      String key = entry.getKey();
      if (key.startsWith(LOOP)) {
        all.addAll(loop(key, entry.getValue(), scope));
      } else if (key.equals("Fn::Transform")) {
        included(entry.getValue());
      } else if (entry.getValue() instanceof ObjectNode body && !key.startsWith("Fn::")) {
        all.add(new Declared(name(key, scope, false), name(key, scope, true), body, scope));
      } else {
        throw new TemplateRefused(file, key, "not a resource");
      }
    }
    return all;
  }

  private List<Declared> loop(String key, JsonNode loop, TemplateScope scope) {
    if (loop.size() != 3 || !(loop.get(2) instanceof ObjectNode body)) {
      throw new TemplateRefused(file, key, "a loop requires a variable, a list and a mapping");
    }
    String variable = loop.get(0).asText();
    JsonNode list = resolved.apply(loop.get(1), scope);
    if (!list.isArray()) {
      throw new TemplateRefused(file, key, "the loop has no list: " + list);
    }
    List<Declared> all = new ArrayList<>();
    for (JsonNode item : list) {
      JsonNode shown = loop.get(1).isArray() ? item : TextNode.valueOf("${" + variable + "}");
      all.addAll(unroll(body, scope.with(variable, item, shown)));
    }
    return all;
  }

  /** Skips the step documents: the build writes that file, and it contains no role. */
  private void included(JsonNode transform) {
    if (!transform.path("Name").asText().equals("AWS::Include")) {
      throw new TemplateRefused(file, "Fn::Transform", "the transform is not implemented");
    }
  }

  /** {@code &{X}} is the value without punctuation. */
  private String name(String key, TemplateScope scope, boolean shown) {
    String name = key;
    for (Map.Entry<String, JsonNode> entry : scope.values().entrySet()) {
      String value = entry.getValue().asText();
      JsonNode shownAs = scope.shown().get(entry.getKey());
      String plain = value.replaceAll("[^A-Za-z0-9]", "");
      boolean differs = shown && !shownAs.equals(entry.getValue());
      if (!differs) {
        name = name.replace("${" + entry.getKey() + "}", value);
        name = name.replace("&{" + entry.getKey() + "}", plain);
      }
    }
    if (!shown && name.contains("{")) {
      throw new TemplateRefused(file, key, "the name is not resolved: " + name);
    }
    return name;
  }
}
