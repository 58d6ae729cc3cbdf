package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a record into a JSON tree.
 *
 * <p>A null component is refused. An omitted field is undefined in JSONata and would make an
 * execution fail in a later state, far from the cause.
 */
final class RecordWriter {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RecordWriter() {}

  static ObjectNode write(Record value) {
    ObjectNode tree = NODES.objectNode();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      node(component, value)
          .ifPresent(node -> tree.set(FieldNames.field(component.getName()), node));
    }
    return tree;
  }

  /** Empty for an empty {@code Optional}: the field is omitted, which a reader accepts. */
  private static Optional<JsonNode> node(RecordComponent component, Record owner) {
    try {
      component.getAccessor().setAccessible(true);
      Object value = component.getAccessor().invoke(owner);
      if (value == null) {
        throw new IllegalStateException(
            owner.getClass().getName() + "." + component.getName() + " is null");
      }
      return value instanceof Optional<?> maybe
          ? maybe.map(RecordWriter::node)
          : Optional.of(node(value));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case JsonNode tree -> tree;
      case String text -> TextNode.valueOf(text);
      case Boolean flag -> BooleanNode.valueOf(flag);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case Instant time -> TextNode.valueOf(time.toString());
      case Enum<?> constant -> TextNode.valueOf(FieldNames.constant(constant));
      case Record inner -> write(inner);
      case List<?> items -> list(items);
      case Map<?, ?> fields -> map(fields);
      default -> throw new IllegalStateException("cannot write as JSON: " + value.getClass());
    };
  }

  private static ArrayNode list(List<?> items) {
    ArrayNode tree = NODES.arrayNode();
    items.forEach(item -> tree.add(node(item)));
    return tree;
  }

  private static ObjectNode map(Map<?, ?> fields) {
    ObjectNode tree = NODES.objectNode();
    fields.forEach((name, value) -> tree.set((String) name, node(value)));
    return tree;
  }
}
