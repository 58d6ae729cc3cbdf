package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The fields of an AWS JSON request. A wrong type or an unknown field is refused. */
public record RequestFields(String operation, ObjectNode node) {
  public RequestFields {
    Objects.requireNonNull(operation, "operation is null");
    Objects.requireNonNull(node, "node is null");
  }

  /** Refuses every other field: a field that is not implemented must not be ignored. */
  public RequestFields only(String... names) {
    Set<String> known = Set.of(names);
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw ApiError.invalid(
                    "The field "
                        + name
                        + " of "
                        + operation
                        + " is not implemented by the local cloud");
              }
            });
    return this;
  }

  public Optional<String> find(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrongType(name, "a string");
    }
    return Optional.of(value.textValue());
  }

  public String text(String name) {
    return find(name).orElseThrow(() -> missing(name));
  }

  public int integer(String name, int defaultValue, int lowest, int highest) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return defaultValue;
    }
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw wrongType(name, "an integer");
    }
    if (value.intValue() < lowest || value.intValue() > highest) {
      throw ApiError.invalid(
          "1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value between %d and %d"
              .formatted(value.intValue(), name, lowest, highest));
    }
    return value.intValue();
  }

  public boolean flag(String name, boolean defaultValue) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return defaultValue;
    }
    if (!value.isBoolean()) {
      throw wrongType(name, "a boolean");
    }
    return value.booleanValue();
  }

  /** A list of strings; empty if the field is missing. */
  public List<String> texts(String name) {
    List<String> found = new ArrayList<>();
    for (JsonNode item : items(name)) {
      if (!item.isTextual()) {
        throw wrongType(name, "a list of strings");
      }
      found.add(item.textValue());
    }
    return List.copyOf(found);
  }

  /** A list of objects; empty if the field is missing. */
  public List<RequestFields> objects(String name) {
    List<RequestFields> found = new ArrayList<>();
    for (JsonNode item : items(name)) {
      if (!(item instanceof ObjectNode object)) {
        throw wrongType(name, "a list of objects");
      }
      found.add(new RequestFields(operation + "." + name, object));
    }
    return List.copyOf(found);
  }

  private Iterable<JsonNode> items(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw wrongType(name, "a list");
    }
    return value;
  }

  private static ApiError missing(String name) {
    return ApiError.invalid(
        "1 validation error detected: Value null at '"
            + Character.toLowerCase(name.charAt(0))
            + name.substring(1)
            + "' failed to satisfy constraint: Member must not be null");
  }

  private static ApiError wrongType(String name, String wanted) {
    return ApiError.refused("SerializationException", name + " must be " + wanted);
  }
}
