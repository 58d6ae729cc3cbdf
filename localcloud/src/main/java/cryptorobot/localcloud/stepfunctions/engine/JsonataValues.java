package cryptorobot.localcloud.stepfunctions.engine;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Converts JSON to the library's values and back. Integers stay integers; null is not undefined.
 */
final class JsonataValues {
  /** The largest exact integer of JavaScript's numbers, which define JSONata. */
  private static final double MOST_EXACT = 9_007_199_254_740_991d;

  private JsonataValues() {}

  static Object fromJson(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var map = new LinkedHashMap<String, Object>();
        node.properties().forEach(field -> map.put(field.getKey(), fromJson(field.getValue())));
        yield map;
      }
      case ARRAY -> {
        var list = new ArrayList<>();
        node.forEach(item -> list.add(fromJson(item)));
        yield list;
      }
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node);
      case NULL -> Jsonata.NULL_VALUE;
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("not JSON: " + node.getNodeType());
    };
  }

  private static Number number(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.canConvertToInt() ? (Number) node.intValue() : (Number) node.longValue();
    }
    double value = node.doubleValue();
    return isExactInteger(value) ? (Number) (long) value : (Number) value;
  }

  private static boolean isExactInteger(double value) {
    return value == Math.rint(value) && Math.abs(value) <= MOST_EXACT;
  }

  /**
   * Converts a value to JSON.
   *
   * @throws IllegalArgumentException for values that JSON cannot represent: a function, NaN,
   *     infinity
   */
  static JsonNode toJson(Object value) {
    var factory = JsonNodeFactory.instance;
    if (value == Jsonata.NULL_VALUE) {
      return factory.nullNode();
    }
    return switch (value) {
      case null -> factory.nullNode();
      case String text -> factory.textNode(text);
      case Boolean bool -> factory.booleanNode(bool);
      case Integer integer -> factory.numberNode(integer);
      case Long integer -> integer(integer);
      case Number number -> number(number.doubleValue());
      case Map<?, ?> map -> {
        var object = factory.objectNode();
        map.forEach(
            (key, member) -> {
              if (member != null) {
                object.set(String.valueOf(key), toJson(member));
              }
            });
        yield object;
      }
      case List<?> list -> {
        var array = factory.arrayNode();
        list.forEach(item -> array.add(toJson(item)));
        yield array;
      }
      default -> throw new IllegalArgumentException("a function or pattern, which is not JSON");
    };
  }

  private static JsonNode integer(long value) {
    return value == (int) value
        ? JsonNodeFactory.instance.numberNode((int) value)
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static JsonNode number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("the number " + value + ", which is not JSON");
    }
    return isExactInteger(value)
        ? integer((long) value)
        : JsonNodeFactory.instance.numberNode(value);
  }
}
