package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Evaluates the functions of a template; refuses functions that are not implemented. */
final class Intrinsics {
  /** The values of resources. */
  interface Names {
    /** Throws {@link TemplateRefused} for an unknown name. */
    String ref(String id);

    /** Throws {@link TemplateRefused} for an unknown name. */
    String attribute(String id, String attribute);
  }

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)\\}");

  /** The value that removes the property or the item which has it. */
  private static final JsonNode NO_VALUE = MissingNode.getInstance();

  private final String file;
  private final Map<String, JsonNode> values;
  private final Names names;
  private final Function<String, JsonNode> conditions;

  /**
   * @param conditions the template's conditions by name; throws {@link TemplateRefused} for an
   *     unknown name
   */
  Intrinsics(
      String file,
      Map<String, JsonNode> values,
      Names names,
      Function<String, JsonNode> conditions) {
    this.file = file;
    this.values = values;
    this.names = names;
    this.conditions = conditions;
  }

  /** Whether a condition is true. */
  boolean holds(JsonNode condition) {
    String function = condition.size() == 1 ? condition.fieldNames().next() : "";
    JsonNode argument = condition.path(function);
    return switch (function) {
      case "Fn::Equals" -> resolve(argument.path(0)).equals(resolve(argument.path(1)));
      case "Fn::Not" -> !holds(argument.path(0));
      case "Fn::And" -> argument.valueStream().allMatch(this::holds);
      case "Fn::Or" -> argument.valueStream().anyMatch(this::holds);
      case "Condition" -> holds(conditions.apply(argument.asText()));
      default ->
          throw new TemplateRefused(
              file, condition.toString(), "this condition is not implemented");
    };
  }

  JsonNode resolve(JsonNode node) {
    return switch (node) {
      case ArrayNode array -> {
        ArrayNode all = AwsJson.array();
        array.valueStream().map(this::resolve).filter(item -> item != NO_VALUE).forEach(all::add);
        yield all;
      }
      case ObjectNode object -> object(object);
      default -> node;
    };
  }

  private JsonNode object(ObjectNode object) {
    String function = object.size() == 1 ? object.fieldNames().next() : "";
    JsonNode argument = object.path(function);
    return switch (function) {
      case "Ref" -> ref(argument.asText());
      case "Fn::GetAtt" ->
          TextNode.valueOf(names.attribute(argument.path(0).asText(), argument.path(1).asText()));
      case "Fn::Sub" -> TextNode.valueOf(substituted(argument));
      case "Fn::If" ->
          resolve(argument.path(holds(conditions.apply(argument.path(0).asText())) ? 1 : 2));
      case "Fn::Split" -> split(argument);
      case "Fn::Join" -> TextNode.valueOf(joined(argument));
      default -> {
        if (function.startsWith("Fn::")) {
          throw new TemplateRefused(file, object.toString(), "this function is not implemented");
        }
        ObjectNode all = AwsJson.object();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          JsonNode value = resolve(field.getValue());
          if (value != NO_VALUE) {
            all.set(field.getKey(), value);
          }
        }
        yield all;
      }
    };
  }

  private JsonNode ref(String name) {
    if (name.equals("AWS::NoValue")) {
      return NO_VALUE;
    }
    return values.containsKey(name) ? values.get(name) : TextNode.valueOf(names.ref(name));
  }

  private String substituted(JsonNode argument) {
    if (argument.isArray()) {
      Map<String, JsonNode> more = new HashMap<>(values);
      argument
          .path(1)
          .properties()
          .forEach(field -> more.put(field.getKey(), resolve(field.getValue())));
      return new Intrinsics(file, more, names, conditions).substituted(argument.path(0));
    }
    if (!argument.isTextual()) {
      throw new TemplateRefused(file, argument.toString(), "this Sub is not implemented");
    }
    String text = argument.textValue();
    String done =
        PLACEHOLDER
            .matcher(text)
            .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1))));
    if (PLACEHOLDER.matcher(text).replaceAll("").contains("${")) {
      throw new TemplateRefused(file, text, "this Sub is not implemented");
    }
    return done;
  }

  private String value(String name) {
    int dot = name.indexOf('.');
    JsonNode value =
        dot < 0
            ? ref(name)
            : TextNode.valueOf(names.attribute(name.substring(0, dot), name.substring(dot + 1)));
    if (!value.isValueNode()) {
      throw new TemplateRefused(file, name, "a list cannot be used in a Sub");
    }
    return value.asText();
  }

  private JsonNode split(JsonNode argument) {
    JsonNode text = resolve(argument.path(1));
    if (!argument.path(0).isTextual() || !text.isTextual()) {
      throw new TemplateRefused(file, argument.toString(), "this Split is not implemented");
    }
    ArrayNode parts = AwsJson.array();
    for (String part : text.textValue().split(Pattern.quote(argument.path(0).textValue()), -1)) {
      parts.add(part);
    }
    return parts;
  }

  private String joined(JsonNode argument) {
    JsonNode parts = resolve(argument.path(1));
    if (!argument.path(0).isTextual() || !parts.isArray()) {
      throw new TemplateRefused(file, argument.toString(), "this Join is not implemented");
    }
    StringJoiner joined = new StringJoiner(argument.path(0).textValue());
    parts.forEach(part -> joined.add(part.asText()));
    return joined.toString();
  }
}
