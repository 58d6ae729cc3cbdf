package cryptorobot.deployer.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * JSON in and out of the functions.
 *
 * <p>Jackson only reads and writes trees here. {@link RecordReader} and {@link RecordWriter} bind
 * the records. Lambda's own binding ignores unknown fields and turns a missing number into 0.
 * Jackson's binding is slower at a cold start: the first record in and out took 144 ms of processor
 * time in a fresh process, and 67 ms with this binding (medians of 9, Jackson 2.23.0, C1 only).
 */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** Reads a function's input; {@code InvalidRequest} unless it is exactly the record's shape. */
  public static <R extends Record> R read(InputStream in, Class<R> shape) throws IOException {
    return read(tree(in), shape);
  }

  /** Binds a tree to a record; {@code InvalidRequest} unless it is exactly the record's shape. */
  public static <R extends Record> R read(JsonNode tree, Class<R> shape) {
    return RecordReader.read("$", tree, shape);
  }

  /** Reads one JSON document; {@code InvalidRequest}, without any of the text, when it is none. */
  public static JsonNode tree(InputStream in) throws IOException {
    try (JsonParser parser = MAPPER.createParser(in)) {
      JsonNode tree = MAPPER.readTree(parser);
      if (tree == null || tree.isMissingNode() || parser.nextToken() != null) {
        throw new InvalidRequest("$", "no single JSON document", "one JSON document");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new InvalidRequest("$", "text that is not JSON", "one JSON document, no field twice");
    }
  }

  /** The object a text holds, or empty when it is not one JSON object. Never shows the text. */
  public static Optional<ObjectNode> object(String text) {
    return tree(text).filter(JsonNode::isObject).map(ObjectNode.class::cast);
  }

  /** The document a text holds, or empty when it is not one JSON document. Never shows the text. */
  public static Optional<JsonNode> tree(String text) {
    try {
      return Optional.ofNullable(MAPPER.readTree(text)).filter(tree -> !tree.isMissingNode());
    } catch (JsonProcessingException e) {
      // The exception quotes the text, which may be a secret: it ends here.
      return Optional.empty();
    }
  }

  /** Writes a function's result; a null anywhere in it is a mistake of ours and refused. */
  public static void write(OutputStream out, Record result) throws IOException {
    MAPPER.writeValue(out, RecordWriter.write(result));
  }

  /** Writes a tree, such as a host step's own result. */
  public static void write(OutputStream out, JsonNode result) throws IOException {
    MAPPER.writeValue(out, result);
  }

  /** A record as JSON text on one line. */
  public static String text(Record value) {
    return RecordWriter.write(value).toString();
  }

  /** A record as a tree. */
  public static ObjectNode tree(Record value) {
    return RecordWriter.write(value);
  }

  /** An enum's constant as JSON spells it: {@code ROTATE_KEYS} is {@code rotate-keys}. */
  public static String constant(Enum<?> constant) {
    return FieldNames.constant(constant);
  }

  /** An empty list to fill. */
  public static ArrayNode list() {
    return MAPPER.createArrayNode();
  }

  /** An empty object to fill. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
