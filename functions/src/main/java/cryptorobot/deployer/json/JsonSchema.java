package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A published JSON Schema: the only source of an input's fields, types, patterns and defaults.
 *
 * <p>This interprets the few keywords that these schemas use. It is not a library, because
 * networknt's validator adds a YAML parser, a date library and some thousand classes to a function
 * whose start is always cold, does not fill in defaults, and writes its messages for programmers. A
 * keyword that is not implemented is refused when the schema is read (see {@link RuleReader}), so a
 * schema cannot contain a rule that is not checked.
 */
public final class JsonSchema {

  private final Rule root;

  private JsonSchema(Rule root) {
    this.root = root;
  }

  /**
   * Reads a schema. Throws IllegalArgumentException if it uses a keyword that is not implemented.
   */
  public static JsonSchema of(JsonNode schema) {
    return new JsonSchema(RuleReader.read("$", schema));
  }

  /**
   * Returns the document with its defaults filled in. Throws {@code InvalidRequest}, which lists
   * every error with its path, the value found and the values allowed.
   */
  public ObjectNode apply(JsonNode document) {
    Refusals refusals = new Refusals();
    JsonNode filled = root.apply("$", document, refusals);
    refusals.raise();
    return (ObjectNode) filled;
  }
}
