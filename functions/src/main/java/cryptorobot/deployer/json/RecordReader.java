package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns a JSON tree into a record, field by field, and refuses every value that does not fit.
 *
 * <p>A component may be a String, boolean, int, long, {@link Instant}, an enum (lower case, with
 * hyphens), a record, a tree, a list, a map with String keys, or an {@link Optional} of these for a
 * field that may be absent. There is no coercion: {@code "5"} is not a number.
 */
final class RecordReader {

  private RecordReader() {}

  static <R extends Record> R read(String path, JsonNode tree, Class<R> shape) {
    if (!tree.isObject()) {
      throw new InvalidRequest(path, FoundValue.of(tree), "an object");
    }
    RecordComponent[] components = shape.getRecordComponents();
    List<String> names = Arrays.stream(components).map(c -> FieldNames.field(c.getName())).toList();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!names.contains(field.getKey())) {
        throw Suggestion.unknownField(path, field.getKey(), names);
      }
    }
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] =
          field(path + "." + names.get(i), tree.get(names.get(i)), components[i].getGenericType());
    }
    return construct(path, shape, types, values);
  }

  private static <R extends Record> R construct(
      String path, Class<R> shape, Class<?>[] types, Object[] values) {
    try {
      var constructor = shape.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new InvalidRequest(path + ": " + e.getCause().getMessage());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a record of " + shape.getName(), e);
    }
  }

  private static Object field(String path, JsonNode node, Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return node == null
          ? Optional.empty()
          : Optional.of(value(path, node, generic.getActualTypeArguments()[0]));
    }
    if (node == null) {
      throw new InvalidRequest(path, FoundValue.NO_VALUE, words(type));
    }
    return value(path, node, type);
  }

  private static Object value(String path, JsonNode node, Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? list(path, node, generic.getActualTypeArguments()[0])
          : map(path, node, generic.getActualTypeArguments()[1]);
    }
    Class<?> shape = (Class<?>) type;
    if (JsonNode.class.isAssignableFrom(shape) && shape.isInstance(node)) {
      return node;
    }
    if (shape == String.class && node.isTextual()) {
      return node.textValue();
    }
    if (shape == boolean.class && node.isBoolean()) {
      return node.booleanValue();
    }
    if ((shape == int.class || shape == Integer.class)
        && node.isIntegralNumber()
        && node.canConvertToInt()) {
      return node.intValue();
    }
    if (shape == long.class && node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (shape == Instant.class && node.isTextual()) {
      try {
        return Instant.parse(node.textValue());
      } catch (DateTimeParseException e) {
        throw new InvalidRequest(path, FoundValue.of(node), words(type));
      }
    }
    if (shape.isEnum() && node.isTextual()) {
      for (Object constant : shape.getEnumConstants()) {
        if (FieldNames.constant((Enum<?>) constant).equals(node.textValue())) {
          return constant;
        }
      }
    }
    if (shape.isRecord()) {
      return read(path, node, shape.asSubclass(Record.class));
    }
    throw new InvalidRequest(path, FoundValue.of(node), words(type));
  }

  private static List<Object> list(String path, JsonNode node, Type type) {
    if (!node.isArray()) {
      throw new InvalidRequest(path, FoundValue.of(node), "a list");
    }
    List<Object> values = new ArrayList<>();
    for (JsonNode item : node) {
      values.add(value(path + "[" + values.size() + "]", item, type));
    }
    return List.copyOf(values);
  }

  private static Map<String, Object> map(String path, JsonNode node, Type type) {
    if (!node.isObject()) {
      throw new InvalidRequest(path, FoundValue.of(node), "an object");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      values.put(
          field.getKey(),
          value(path + "." + FoundValue.name(field.getKey()), field.getValue(), type));
    }
    return values;
  }

  private static String words(Type type) {
    if (!(type instanceof Class<?> shape)) {
      return "a list or an object";
    }
    if (shape == String.class) {
      return "a string";
    }
    if (shape == Instant.class) {
      return "a time such as 2026-11-23T06:15:00Z";
    }
    if (shape == boolean.class) {
      return "true or false";
    }
    if (shape == int.class || shape == long.class) {
      return "an integer";
    }
    if (shape.isEnum()) {
      return Arrays.stream(shape.getEnumConstants())
          .map(constant -> FieldNames.constant((Enum<?>) constant))
          .collect(Collectors.joining(", "));
    }
    return "an object";
  }
}
