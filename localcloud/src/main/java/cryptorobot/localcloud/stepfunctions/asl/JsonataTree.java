package cryptorobot.localcloud.stepfunctions.asl;

import com.dashjoin.jsonata.Parser;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The library's private syntax tree, read by reflection. If a version of the library renames a
 * field, this class fails at once, not silently.
 */
final class JsonataTree {
  private static final Field TYPE = field("type");
  private static final Field VALUE = field("value");
  private static final Field STEPS = field("steps");
  // The content of these fields is evaluated once for each item of the preceding value.
  private static final List<Field> OWN_CONTEXT =
      fields(
          "predicate", "stages", "group", "terms", "pattern", "update", "delete", "nextFunction");
  private static final List<Field> CHILDREN =
      fields(
          "lhs",
          "rhs",
          "expression",
          "expressions",
          "procedure",
          "arguments",
          "body",
          "condition",
          "then",
          "_else",
          "lhsObject",
          "rhsObject",
          "expr");

  private final Parser.Symbol symbol;

  JsonataTree(Parser.Symbol symbol) {
    this.symbol = symbol;
  }

  String type() {
    return String.valueOf(read(TYPE));
  }

  String value() {
    return String.valueOf(read(VALUE));
  }

  boolean isVariable(String name) {
    return type().equals("variable") && value().equals(name);
  }

  boolean isName() {
    return type().equals("name");
  }

  List<JsonataTree> steps() {
    return trees(read(STEPS)).toList();
  }

  List<JsonataTree> insideItsOwnContext() {
    return OWN_CONTEXT.stream().flatMap(field -> trees(read(field))).toList();
  }

  List<JsonataTree> children() {
    return CHILDREN.stream().flatMap(field -> trees(read(field))).toList();
  }

  private Object read(Field field) {
    try {
      return field.get(symbol);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Stream<JsonataTree> trees(Object value) {
    return switch (value) {
      case Parser.Symbol symbol -> Stream.of(new JsonataTree(symbol));
      case List<?> list -> list.stream().flatMap(JsonataTree::trees);
      case Object[] array -> Arrays.stream(array).flatMap(JsonataTree::trees);
      case null, default -> Stream.empty();
    };
  }

  private static List<Field> fields(String... names) {
    return Arrays.stream(names).map(JsonataTree::field).toList();
  }

  private static Field field(String name) {
    try {
      var field = Parser.Symbol.class.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException renamed) {
      throw new IllegalStateException("the JSONata library has changed its syntax tree", renamed);
    }
  }
}
