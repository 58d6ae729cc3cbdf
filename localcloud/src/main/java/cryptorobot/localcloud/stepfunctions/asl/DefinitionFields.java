package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads a JSON object field by field; refuses fields that were not read. */
final class DefinitionFields {
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final String path;
  private final ObjectNode object;
  private final Set<String> read = new TreeSet<>();

  private DefinitionFields(String path, ObjectNode object) {
    this.path = path;
    this.object = object;
  }

  static DefinitionFields of(String path, JsonNode node) throws DefinitionInvalid {
    if (node instanceof ObjectNode object) {
      return new DefinitionFields(path, object);
    }
    throw new DefinitionInvalid(path, shortened(node), "an object");
  }

  String path() {
    return path;
  }

  String path(String name) {
    return PLAIN_NAME.matcher(name).matches() ? path + "." + name : path + "['" + name + "']";
  }

  /** The names of all fields, known and unknown. */
  List<String> names() {
    return List.copyOf(object.properties().stream().map(java.util.Map.Entry::getKey).toList());
  }

  Optional<JsonNode> optional(String name) {
    read.add(name);
    return Optional.ofNullable(object.get(name));
  }

  JsonNode required(String name) throws DefinitionInvalid {
    read.add(name);
    var value = object.get(name);
    if (value == null) {
      throw new DefinitionInvalid(path, "no field " + name, "an object with the field " + name);
    }
    return value;
  }

  Optional<String> text(String name) throws DefinitionInvalid {
    var value = optional(name);
    if (value.isPresent() && !value.get().isTextual()) {
      throw new DefinitionInvalid(path(name), shortened(value.get()), "a string");
    }
    return value.map(JsonNode::textValue);
  }

  String requiredText(String name) throws DefinitionInvalid {
    required(name);
    return text(name).orElseThrow();
  }

  Optional<Long> integer(String name, long least, long most) throws DefinitionInvalid {
    var value = optional(name);
    if (value.isPresent() && !isInteger(value.get(), least, most)) {
      throw new DefinitionInvalid(path(name), shortened(value.get()), range(least, most));
    }
    return value.map(JsonNode::longValue);
  }

  static boolean isInteger(JsonNode node, long least, long most) {
    return node.isIntegralNumber()
        && node.canConvertToLong()
        && node.longValue() >= least
        && node.longValue() <= most;
  }

  static String range(long least, long most) {
    return "an integer from " + least + " to " + most;
  }

  /** The objects of a non-empty array; empty if the field is missing. */
  List<DefinitionFields> objects(String name) throws DefinitionInvalid {
    var objects = new ArrayList<DefinitionFields>();
    var value = optional(name);
    if (value.isPresent()) {
      if (!(value.get() instanceof ArrayNode array) || array.isEmpty()) {
        throw new DefinitionInvalid(
            path(name), shortened(value.get()), "a non-empty array of objects");
      }
      for (int i = 0; i < array.size(); i++) {
        objects.add(of(path(name) + "[" + i + "]", array.get(i)));
      }
    }
    return objects;
  }

  void refuseOthers() throws DefinitionInvalid {
    for (var name : names()) {
      if (!read.contains(name)) {
        throw new DefinitionInvalid(
            path(name), "a field that is not implemented here", String.join(", ", read));
      }
    }
  }

  static String shortened(JsonNode node) {
    var text = node.toString();
    return text.length() <= 120 ? text : text.substring(0, 120) + "…";
  }
}
