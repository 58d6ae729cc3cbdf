package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a JSON Schema of the supported subset, and refuses every other keyword.
 *
 * <p>The subset: {@code type} (one), {@code enum} and {@code pattern} of strings, {@code
 * minLength}, {@code maxLength}, {@code minimum}, {@code maximum}, {@code anyOf} of these two,
 * {@code items}, {@code minItems}, {@code maxItems}, {@code uniqueItems}, {@code properties},
 * {@code required}, {@code additionalProperties: false} (required), {@code not: {required: […]}}
 * and {@code default}. An object of any names has {@code propertyNames}, {@code maxProperties} and
 * a schema as {@code additionalProperties}. For an object also {@code $ref}: such an object is not
 * validated here. A value without a type has {@code anyOf} a string and an object. Every value
 * needs a {@code title}, which describes the allowed values.
 */
final class RuleReader {

  private static final Set<String> ALWAYS =
      Set.of("$schema", "$id", "title", "description", "type", "default");
  private static final Map<String, Set<String>> KEYWORDS =
      Map.of(
          "string", Set.of("enum", "pattern", "minLength", "maxLength"),
          "integer", Set.of("minimum", "maximum", "anyOf"),
          "boolean", Set.of(),
          "array", Set.of("items", "minItems", "maxItems", "uniqueItems"),
          "object",
              Set.of(
                  "properties",
                  "required",
                  "additionalProperties",
                  "propertyNames",
                  "maxProperties",
                  "not",
                  "$ref"));

  private RuleReader() {}

  static Rule read(String path, JsonNode schema) {
    if (!schema.has("type") && schema.has("anyOf")) {
      return stringOrObject(path, schema);
    }
    String type = schema.path("type").asText();
    Set<String> known = KEYWORDS.get(type);
    require(known != null, path, "a type among " + KEYWORDS.keySet());
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      String name = keyword.getKey();
      require(ALWAYS.contains(name) || known.contains(name), path, "no keyword " + name);
    }
    String allowed = schema.path("title").asText();
    require(!allowed.isEmpty(), path, "a title that describes the allowed values");
    Rule rule = rule(path, schema, type, allowed, Optional.ofNullable(schema.get("default")));
    rule.defaultValue().ifPresent(value -> checkDefault(path, rule, value));
    return rule;
  }

  private static Rule rule(
      String path, JsonNode schema, String type, String allowed, Optional<JsonNode> defaultValue) {
    return switch (type) {
      case "string" ->
          new Rule.StringRule(
              allowed,
              defaultValue,
              strings(schema.path("enum")),
              pattern(path, schema),
              schema.path("minLength").asInt(0),
              schema.path("maxLength").asInt(Integer.MAX_VALUE));
      case "integer" -> new Rule.IntegerRule(allowed, defaultValue, bounds(path, schema));
      case "boolean" -> new Rule.BooleanRule(allowed, defaultValue);
      case "array" ->
          new Rule.ArrayRule(
              allowed,
              defaultValue,
              read(path + ".items", schema.path("items")),
              schema.path("minItems").asInt(0),
              schema.path("maxItems").asInt(Integer.MAX_VALUE),
              schema.path("uniqueItems").asBoolean(false));
      case "object" ->
          schema.has("$ref")
              ? new Rule.RefRule(allowed, defaultValue)
              : schema.path("additionalProperties").isObject()
                  ? map(path, schema, allowed, defaultValue)
                  : fields(path, schema, allowed, defaultValue);
      default -> throw new IllegalArgumentException(path + ": type " + type);
    };
  }

  private static Rule stringOrObject(String path, JsonNode schema) {
    Set<String> known = Set.of("title", "description", "anyOf");
    List<Rule> rules = new ArrayList<>();
    schema.get("anyOf").forEach(one -> rules.add(read(path, one)));
    require(
        schema.properties().stream().allMatch(keyword -> known.contains(keyword.getKey()))
            && rules.size() == 2
            && rules.get(0) instanceof Rule.StringRule
            && rules.get(1) instanceof Rule.ObjectRule,
        path,
        "a title, and anyOf a string and an object");
    return new Rule.StringOrObjectRule(
        schema.path("title").asText(), Optional.empty(), rules.get(0), rules.get(1));
  }

  private static Rule map(
      String path, JsonNode schema, String allowed, Optional<JsonNode> defaultValue) {
    require(
        schema.has("propertyNames") && schema.has("maxProperties") && !schema.has("properties"),
        path,
        "propertyNames and maxProperties, and no properties, beside additionalProperties");
    return new Rule.MapRule(
        allowed,
        defaultValue,
        read(path + ".propertyNames", schema.get("propertyNames")),
        read(path + ".additionalProperties", schema.get("additionalProperties")),
        schema.get("maxProperties").asInt());
  }

  private static List<Rule.Bounds> bounds(String path, JsonNode schema) {
    if (!schema.has("anyOf")) {
      return List.of(
          new Rule.Bounds(
              schema.path("minimum").asLong(Long.MIN_VALUE),
              schema.path("maximum").asLong(Long.MAX_VALUE)));
    }
    require(!schema.has("minimum") && !schema.has("maximum"), path, "bounds in anyOf or beside it");
    List<Rule.Bounds> bounds = new ArrayList<>();
    for (JsonNode range : schema.get("anyOf")) {
      require(
          range.size() == 2 && range.path("minimum").isIntegralNumber() && range.has("maximum"),
          path,
          "only minimum and maximum in anyOf");
      bounds.add(new Rule.Bounds(range.get("minimum").asLong(), range.get("maximum").asLong()));
    }
    return List.copyOf(bounds);
  }

  private static Rule fields(
      String path, JsonNode schema, String allowed, Optional<JsonNode> defaultValue) {
    JsonNode additional = schema.path("additionalProperties");
    require(additional.isBoolean() && !additional.asBoolean(), path, "additionalProperties: false");
    Map<String, Rule> properties = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      properties.put(name, read(path + "." + name, property.getValue()));
    }
    List<String> required = strings(schema.path("required"));
    List<String> notTogether = strings(schema.path("not").path("required"));
    require(properties.keySet().containsAll(required), path, "only known fields required");
    require(properties.keySet().containsAll(notTogether), path, "only known fields under not");
    boolean plain = schema.path("not").size() == (notTogether.isEmpty() ? 0 : 1);
    require(plain, path, "only required under not");
    return new Rule.ObjectRule(allowed, defaultValue, properties, required, notTogether);
  }

  /**
   * A pattern must be anchored at both ends and is matched as a whole, because {@code $} in Java
   * also matches before a final line break, and in JSON Schema it does not.
   */
  private static Pattern pattern(String path, JsonNode schema) {
    if (!schema.has("pattern")) {
      require(schema.has("enum"), path, "a pattern or an enum");
      return Pattern.compile(".*", Pattern.DOTALL);
    }
    String pattern = schema.get("pattern").asText();
    require(pattern.startsWith("^") && pattern.endsWith("$"), path, "a pattern from ^ to $");
    return Pattern.compile(pattern);
  }

  private static List<String> strings(JsonNode list) {
    List<String> strings = new ArrayList<>();
    list.forEach(item -> strings.add(item.textValue()));
    return List.copyOf(strings);
  }

  private static void checkDefault(String path, Rule rule, JsonNode value) {
    Refusals refusals = new Refusals();
    rule.apply(path + ".default", value, refusals);
    refusals.raise();
  }

  private static void require(boolean met, String path, String what) {
    if (!met) {
      throw new IllegalArgumentException("JSON Schema at " + path + ": expected " + what);
    }
  }
}
