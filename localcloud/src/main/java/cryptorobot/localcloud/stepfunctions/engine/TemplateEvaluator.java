package cryptorobot.localcloud.stepfunctions.engine;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.stepfunctions.asl.Expression;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Evaluates templates of a state: replaces every expression by its result. */
final class TemplateEvaluator {
  private static final long LONGEST_MILLIS = 10_000;
  private static final int DEEPEST = 1_000;

  private final Expressions expressions;
  private final JsonataFunctions functions;
  private final Map<String, JsonNode> variables;
  private final ObjectNode states;
  private final Instant now;

  /**
   * @param states the value of {@code $states}
   */
  TemplateEvaluator(
      Expressions expressions,
      JsonataFunctions functions,
      Map<String, JsonNode> variables,
      ObjectNode states,
      Instant now) {
    this.expressions = expressions;
    this.functions = functions;
    this.variables = variables;
    this.states = states;
    this.now = now;
  }

  /**
   * Returns the template with the results of its expressions.
   *
   * @param location the field for error messages, for example {@code Arguments}
   * @throws StateFailed if an expression fails or its result is undefined
   */
  JsonNode evaluate(JsonNode template, String location) throws StateFailed {
    var jsonata = Expression.of(template);
    if (jsonata.isPresent()) {
      return run(jsonata.get(), location);
    }
    if (template.isObject()) {
      var object = JsonNodeFactory.instance.objectNode();
      for (var field : template.properties()) {
        object.set(field.getKey(), evaluate(field.getValue(), location + "/" + field.getKey()));
      }
      return object;
    }
    if (template.isArray()) {
      var array = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < template.size(); i++) {
        array.add(evaluate(template.get(i), location + "[" + i + "]"));
      }
      return array;
    }
    return template;
  }

  Map<String, JsonNode> evaluateAll(Map<String, JsonNode> templates, String location)
      throws StateFailed {
    var values = new LinkedHashMap<String, JsonNode>();
    for (var template : templates.entrySet()) {
      values.put(
          template.getKey(), evaluate(template.getValue(), location + "/" + template.getKey()));
    }
    return values;
  }

  long integer(JsonNode template, String location, long least, long most) throws StateFailed {
    var value = evaluate(template, location);
    if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > most) {
      throw wrongType(template, location, "an integer from " + least + " to " + most, value);
    }
    return value.longValue();
  }

  boolean bool(JsonNode template, String location) throws StateFailed {
    var value = evaluate(template, location);
    if (!value.isBoolean()) {
      throw wrongType(template, location, "boolean", value);
    }
    return value.booleanValue();
  }

  String text(JsonNode template, String location) throws StateFailed {
    var value = evaluate(template, location);
    if (!value.isTextual()) {
      throw wrongType(template, location, "string", value);
    }
    return value.textValue();
  }

  static StateFailed wrongType(
      JsonNode template, String location, String expected, JsonNode value) {
    return StateFailed.evaluation(
        location,
        "The JSONata expression '%s' specified for the field '%s' returned an unexpected result type. Expected '%s', but was '%s' for value: %s"
            .formatted(
                Expression.of(template).orElse(template.toString()),
                location,
                expected,
                value.getNodeType().name().toLowerCase(java.util.Locale.ROOT),
                value));
  }

  private JsonNode run(String jsonata, String location) throws StateFailed {
    var subject =
        "The JSONata expression '" + jsonata + "' specified for the field '" + location + "'";
    Object result;
    try {
      result = expressions.evaluate(jsonata, expression -> frame(expression, jsonata));
      if (result != null) {
        return JsonataValues.toJson(result);
      }
    } catch (JException | IllegalArgumentException failed) {
      throw StateFailed.evaluation(
          location, subject + " threw an error during evaluation. " + failed.getMessage());
    } catch (StackOverflowError deep) {
      throw StateFailed.evaluation(
          location, subject + " threw an error during evaluation. Too deep.");
    }
    throw StateFailed.evaluation(location, subject + " returned nothing (undefined).");
  }

  private Jsonata.Frame frame(Jsonata expression, String jsonata) {
    var frame = expression.createFrame();
    frame.setRuntimeBounds(LONGEST_MILLIS, DEEPEST);
    functions.bind(frame, now);
    variables.forEach((name, value) -> bind(frame, name, value, jsonata));
    bind(frame, "states", states, jsonata);
    return frame;
  }

  private static void bind(Jsonata.Frame frame, String name, JsonNode value, String jsonata) {
    if (jsonata.contains("$" + name)) {
      frame.bind(name, JsonataValues.fromJson(value));
    }
  }
}
