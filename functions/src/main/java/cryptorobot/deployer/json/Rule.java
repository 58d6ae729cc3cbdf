package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a JSON Schema says of one value: whether it fits, and what stands in for it when absent. */
sealed interface Rule {

  /** What may stand here, for the reader of a refusal. */
  String allowed();

  /** The schema's default. */
  Optional<JsonNode> otherwise();

  /** Adds what is wrong with the value to the refusals; returns it with its defaults filled in. */
  JsonNode apply(String path, JsonNode found, Refusals refusals);

  /** A text that is one of the choices, or matches a pattern as a whole. */
  record Text(
      String allowed,
      Optional<JsonNode> otherwise,
      List<String> choices,
      Pattern pattern,
      int shortest,
      int longest)
      implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isTextual() || !fits(found.textValue())) {
        refusals.add(path, FoundValue.of(found), allowed(found));
      }
      return found;
    }

    private boolean fits(String text) {
      int length = text.codePointCount(0, text.length());
      return length >= shortest
          && length <= longest
          && (choices.isEmpty() || choices.contains(text))
          && pattern.matcher(text).matches();
    }

    private String allowed(JsonNode found) {
      return choices.isEmpty() ? allowed : Suggestion.allowed(found.asText(), choices);
    }
  }

  /** From the smallest to the largest number, both included. */
  record Bounds(long minimum, long maximum) {
    boolean hold(long number) {
      return number >= minimum && number <= maximum;
    }
  }

  /** A whole number within any of the bounds. */
  record Whole(String allowed, Optional<JsonNode> otherwise, List<Bounds> bounds) implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      boolean fits =
          found.isIntegralNumber()
              && found.canConvertToLong()
              && bounds.stream().anyMatch(some -> some.hold(found.longValue()));
      if (!fits) {
        refusals.add(path, FoundValue.of(found), allowed);
      }
      return found;
    }
  }

  /** True or false. */
  record Truth(String allowed, Optional<JsonNode> otherwise) implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isBoolean()) {
        refusals.add(path, FoundValue.of(found), allowed);
      }
      return found;
    }
  }

  /** A list of values of one kind. */
  record Items(
      String allowed, Optional<JsonNode> otherwise, Rule item, int fewest, int most, boolean unique)
      implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isArray() || found.size() < fewest || found.size() > most) {
        refusals.add(path, FoundValue.of(found), allowed);
        return found;
      }
      ArrayNode filled = found.deepCopy();
      Set<JsonNode> seen = new HashSet<>();
      for (int i = 0; i < found.size(); i++) {
        String here = path + "[" + i + "]";
        if (unique && !seen.add(found.get(i))) {
          refusals.add(here, FoundValue.of(found.get(i)) + " a second time", "each value once");
        }
        filled.set(i, item.apply(here, found.get(i), refusals));
      }
      return filled;
    }
  }

  /** An object that another schema judges, and whoever uses that. */
  record Elsewhere(String allowed, Optional<JsonNode> otherwise) implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isObject()) {
        refusals.add(path, FoundValue.of(found), allowed);
      }
      return found;
    }
  }

  /** An object of known fields. */
  record Fields(
      String allowed,
      Optional<JsonNode> otherwise,
      Map<String, Rule> properties,
      List<String> required,
      List<String> notTogether)
      implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isObject()) {
        refusals.add(path, FoundValue.of(found), "an object");
        return found;
      }
      ObjectNode filled = found.deepCopy();
      for (Map.Entry<String, JsonNode> field : found.properties()) {
        Rule rule = properties.get(field.getKey());
        String here = path + "." + FoundValue.name(field.getKey());
        if (rule == null) {
          String known = Suggestion.allowed(field.getKey(), properties.keySet());
          refusals.add(here, "an unknown field", known);
        } else {
          filled.set(field.getKey(), rule.apply(here, field.getValue(), refusals));
        }
      }
      for (String name : required) {
        if (!found.has(name)) {
          refusals.add(path + "." + name, "nothing", properties.get(name).allowed());
        }
      }
      if (!notTogether.isEmpty() && notTogether.stream().allMatch(found::has)) {
        String all = String.join(" and ", notTogether);
        refusals.add(path, all, "only one of " + String.join(", ", notTogether));
      }
      properties.forEach(
          (name, rule) -> {
            if (!found.has(name)) {
              rule.otherwise().ifPresent(value -> filled.set(name, value));
            }
          });
      return filled;
    }
  }
}
