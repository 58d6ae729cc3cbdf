package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads values that may contain JSONata, and checks every expression. */
final class TemplateReader {
  private static final int LONGEST_VARIABLE = 80;

  private TemplateReader() {}

  /** Any JSON, with expressions at any depth. */
  static JsonNode any(JsonNode value, String path, Place place) throws DefinitionInvalid {
    if (value.isTextual()) {
      expression(value, path, place);
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        any(value.get(i), path + "[" + i + "]", place);
      }
    } else if (value.isObject()) {
      for (var field : value.properties()) {
        any(field.getValue(), path + "." + field.getKey(), place);
      }
    }
    return value;
  }

  static Optional<JsonNode> optional(DefinitionFields fields, String name, Place place)
      throws DefinitionInvalid {
    var value = fields.optional(name);
    if (value.isPresent()) {
      any(value.get(), fields.path(name), place);
    }
    return value;
  }

  /** The field, or the default of the States Language. */
  static JsonNode orDefault(DefinitionFields fields, String name, Place place, String otherwise)
      throws DefinitionInvalid {
    return optional(fields, name, place).orElse(TextNode.valueOf("{% " + otherwise + " %}"));
  }

  /** An integer, or an expression that must return one. */
  static Optional<JsonNode> integer(DefinitionFields fields, String name, long least, long most)
      throws DefinitionInvalid {
    var value = fields.optional(name);
    if (value.isPresent()
        && !expression(value.get(), fields.path(name), Place.ORDINARY)
        && !DefinitionFields.isInteger(value.get(), least, most)) {
      throw new DefinitionInvalid(
          fields.path(name),
          DefinitionFields.shortened(value.get()),
          DefinitionFields.range(least, most) + ", or an expression that returns one");
    }
    return value;
  }

  /** A string, or an expression that must return one. */
  static Optional<JsonNode> text(DefinitionFields fields, String name) throws DefinitionInvalid {
    fields.text(name);
    return optional(fields, name, Place.ORDINARY);
  }

  static Map<String, JsonNode> assign(
      DefinitionFields fields, Place place, Set<String> outerVariables) throws DefinitionInvalid {
    var assign = new LinkedHashMap<String, JsonNode>();
    var value = fields.optional("Assign");
    if (value.isPresent()) {
      var variables = DefinitionFields.of(fields.path("Assign"), value.get());
      for (var name : variables.names()) {
        requireVariable(name, variables.path(name), outerVariables);
        assign.put(name, any(variables.required(name), variables.path(name), place));
      }
    }
    return assign;
  }

  private static void requireVariable(String name, String path, Set<String> outer)
      throws DefinitionInvalid {
    if (name.equals("states")) {
      throw new DefinitionInvalid(path, "the reserved variable states", "any other name");
    }
    boolean wellFormed =
        !name.isEmpty()
            && name.codePointCount(0, name.length()) <= LONGEST_VARIABLE
            && Character.isUnicodeIdentifierStart(name.codePointAt(0))
            && name.codePoints().allMatch(TemplateReader::mayContinue);
    if (!wellFormed) {
      throw new DefinitionInvalid(
          path, "\"" + name + "\"", "a Unicode identifier of at most 80 characters");
    }
    if (outer.contains(name)) {
      throw new DefinitionInvalid(
          path, "a variable of an enclosing flow", "a name that no outer scope assigns");
    }
  }

  private static boolean mayContinue(int codePoint) {
    return Character.isUnicodeIdentifierPart(codePoint)
        && !Character.isIdentifierIgnorable(codePoint);
  }

  /** Whether the value is an expression; throws if the expression is not valid at this place. */
  static boolean expression(JsonNode value, String path, Place place) throws DefinitionInvalid {
    var jsonata = Expression.of(value);
    if (jsonata.isPresent()) {
      var problem = ExpressionRules.problem(jsonata.get(), place);
      if (problem.isPresent()) {
        throw new DefinitionInvalid(
            path,
            problem.get() + " in " + DefinitionFields.shortened(value),
            "JSONata 2.0.6 over $states and variables, as AWS accepts it here");
      }
    } else if (value.isTextual() && Expression.looksMistyped(value.textValue())) {
      throw new DefinitionInvalid(
          path,
          DefinitionFields.shortened(value),
          "{% … %} with nothing before and nothing after it");
    }
    return jsonata.isPresent();
  }
}
