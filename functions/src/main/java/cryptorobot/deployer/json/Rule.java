package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rule of a JSON Schema for one value: which values are allowed, and the default if absent. */
sealed interface Rule {

  /** The allowed values, in words, for the message of a refusal. */
  String allowed();

  /** The schema's default. */
  Optional<JsonNode> defaultValue();

  /**
   * Adds the errors of the value to the refusals. Returns the value with its defaults filled in.
   */
  JsonNode apply(String path, JsonNode found, Refusals refusals);

  /** A string that is one of the choices, or that matches a pattern as a whole. */
  record StringRule(
      String allowed,
      Optional<JsonNode> defaultValue,
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
    boolean contains(long number) {
      return number >= minimum && number <= maximum;
    }
  }

  /** An integer within any of the bounds. */
  record IntegerRule(String allowed, Optional<JsonNode> defaultValue, List<Bounds> bounds)
      implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      boolean fits =
          found.isIntegralNumber()
              && found.canConvertToLong()
              && bounds.stream().anyMatch(range -> range.contains(found.longValue()));
      if (!fits) {
        refusals.add(path, FoundValue.of(found), allowed);
      }
      return found;
    }
  }

  /** True or false. */
  record BooleanRule(String allowed, Optional<JsonNode> defaultValue) implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isBoolean()) {
        refusals.add(path, FoundValue.of(found), allowed);
      }
      return found;
    }
  }

  /** An array whose values all follow one rule. */
  record ArrayRule(
      String allowed,
      Optional<JsonNode> defaultValue,
      Rule item,
      int fewest,
      int most,
      boolean unique)
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
          refusals.add(here, FoundValue.of(found.get(i)) + " a second time", "unique values");
        }
        filled.set(i, item.apply(here, found.get(i), refusals));
      }
      return filled;
    }
  }

  /** An object that another schema describes. The code that uses that schema validates it. */
  record RefRule(String allowed, Optional<JsonNode> defaultValue) implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isObject()) {
        refusals.add(path, FoundValue.of(found), allowed);
      }
      return found;
    }
  }

  /** An object of known fields. */
  record ObjectRule(
      String allowed,
      Optional<JsonNode> defaultValue,
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
          refusals.add(path + "." + name, FoundValue.NO_VALUE, properties.get(name).allowed());
        }
      }
      if (!notTogether.isEmpty() && notTogether.stream().allMatch(found::has)) {
        String all = String.join(" and ", notTogether);
        refusals.add(path, all, "only one of " + String.join(", ", notTogether));
      }
      properties.forEach(
          (name, rule) -> {
            if (!found.has(name)) {
              rule.defaultValue().ifPresent(value -> filled.set(name, value));
            }
          });
      return filled;
    }
  }

  /**
   * An object with any names that follow one rule, and values that follow another.
   *
   * @param most how many fields it may have
   */
  record MapRule(String allowed, Optional<JsonNode> defaultValue, Rule name, Rule value, int most)
      implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (!found.isObject() || found.size() > most) {
        refusals.add(path, FoundValue.of(found), allowed);
        return found;
      }
      for (Map.Entry<String, JsonNode> field : found.properties()) {
        String here = path + "." + FoundValue.name(field.getKey());
        Refusals ofName = new Refusals();
        name.apply(here, TextNode.valueOf(field.getKey()), ofName);
        if (ofName.isEmpty()) {
          value.apply(here, field.getValue(), refusals);
        } else {
          refusals.add(here, "this name", name.allowed());
        }
      }
      return found;
    }
  }

  /** A value that is either a string or an object, each with its own rule. */
  record StringOrObjectRule(
      String allowed, Optional<JsonNode> defaultValue, Rule string, Rule object) implements Rule {

    @Override
    public JsonNode apply(String path, JsonNode found, Refusals refusals) {
      if (found.isObject()) {
        return object.apply(path, found, refusals);
      }
      Refusals ofString = new Refusals();
      string.apply(path, found, ofString);
      if (!ofString.isEmpty()) {
        refusals.add(path, FoundValue.of(found), allowed);
      }
      return found;
    }
  }
}
