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
 * Reads a JSON Schema of the subset we use; refuses every keyword outside it.
 *
 * <p>The subset: {@code type} (one), {@code enum} and {@code pattern} of texts, {@code minLength},
 * {@code maxLength}, {@code minimum}, {@code maximum}, {@code anyOf} of these two, {@code items},
 * {@code minItems}, {@code maxItems}, {@code uniqueItems}, {@code properties}, {@code required},
 * {@code additionalProperties: false} (demanded), {@code not: {required: […]}} and {@code default};
 * or of an object {@code $ref}, which leaves it to whoever reads that schema. A {@code title} is
 * demanded of every value: it says what is allowed.
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
          "object", Set.of("properties", "required", "additionalProperties", "not", "$ref"));

  private RuleReader() {}

  static Rule read(String path, JsonNode schema) {
    String type = schema.path("type").asText();
    Set<String> known = KEYWORDS.get(type);
    demand(known != null, path, "a type among " + KEYWORDS.keySet());
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      String name = keyword.getKey();
      demand(ALWAYS.contains(name) || known.contains(name), path, "no keyword " + name);
    }
    String allowed = schema.path("title").asText();
    demand(!allowed.isEmpty(), path, "a title saying what is allowed");
    Rule rule = rule(path, schema, type, allowed, Optional.ofNullable(schema.get("default")));
    rule.otherwise().ifPresent(value -> demandFitting(path, rule, value));
    return rule;
  }

  private static Rule rule(
      String path, JsonNode schema, String type, String allowed, Optional<JsonNode> otherwise) {
    return switch (type) {
      case "string" ->
          new Rule.Text(
              allowed,
              otherwise,
              texts(schema.path("enum")),
              pattern(path, schema),
              schema.path("minLength").asInt(0),
              schema.path("maxLength").asInt(Integer.MAX_VALUE));
      case "integer" -> new Rule.Whole(allowed, otherwise, bounds(path, schema));
      case "boolean" -> new Rule.Truth(allowed, otherwise);
      case "array" ->
          new Rule.Items(
              allowed,
              otherwise,
              read(path + ".items", schema.path("items")),
              schema.path("minItems").asInt(0),
              schema.path("maxItems").asInt(Integer.MAX_VALUE),
              schema.path("uniqueItems").asBoolean(false));
      case "object" ->
          schema.has("$ref")
              ? new Rule.Elsewhere(allowed, otherwise)
              : fields(path, schema, allowed, otherwise);
      default -> throw new IllegalArgumentException(path + ": type " + type);
    };
  }

  private static List<Rule.Bounds> bounds(String path, JsonNode schema) {
    if (!schema.has("anyOf")) {
      return List.of(
          new Rule.Bounds(
              schema.path("minimum").asLong(Long.MIN_VALUE),
              schema.path("maximum").asLong(Long.MAX_VALUE)));
    }
    demand(!schema.has("minimum") && !schema.has("maximum"), path, "bounds in anyOf or beside it");
    List<Rule.Bounds> bounds = new ArrayList<>();
    for (JsonNode some : schema.get("anyOf")) {
      demand(
          some.size() == 2 && some.path("minimum").isIntegralNumber() && some.has("maximum"),
          path,
          "only minimum and maximum in anyOf");
      bounds.add(new Rule.Bounds(some.get("minimum").asLong(), some.get("maximum").asLong()));
    }
    return List.copyOf(bounds);
  }

  private static Rule fields(
      String path, JsonNode schema, String allowed, Optional<JsonNode> otherwise) {
    JsonNode additional = schema.path("additionalProperties");
    demand(additional.isBoolean() && !additional.asBoolean(), path, "additionalProperties: false");
    Map<String, Rule> properties = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      properties.put(name, read(path + "." + name, property.getValue()));
    }
    List<String> required = texts(schema.path("required"));
    List<String> notTogether = texts(schema.path("not").path("required"));
    demand(properties.keySet().containsAll(required), path, "only known fields required");
    demand(properties.keySet().containsAll(notTogether), path, "only known fields excluded");
    boolean plain = schema.path("not").size() == (notTogether.isEmpty() ? 0 : 1);
    demand(plain, path, "nothing but required under not");
    return new Rule.Fields(allowed, otherwise, properties, required, notTogether);
  }

  /**
   * Patterns are demanded to be anchored at both ends and are matched as a whole, because Java's
   * {@code $} also matches before a last line break and JSON Schema's does not.
   */
  private static Pattern pattern(String path, JsonNode schema) {
    if (!schema.has("pattern")) {
      demand(schema.has("enum"), path, "a pattern or an enum");
      return Pattern.compile(".*", Pattern.DOTALL);
    }
    String pattern = schema.get("pattern").asText();
    demand(pattern.startsWith("^") && pattern.endsWith("$"), path, "a pattern from ^ to $");
    return Pattern.compile(pattern);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.textValue()));
    return List.copyOf(texts);
  }

  private static void demandFitting(String path, Rule rule, JsonNode value) {
    Refusals refusals = new Refusals();
    rule.apply(path + ".default", value, refusals);
    refusals.raise();
  }

  private static void demand(boolean met, String path, String what) {
    if (!met) {
      throw new IllegalArgumentException("JSON Schema at " + path + ": expected " + what);
    }
  }
}
