package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A published JSON Schema, the one source of an input's fields, types, patterns and defaults.
 *
 * <p>An interpreter of the few keywords our schemas use, and not a library: networknt's validator
 * brings a YAML parser, a date library and some thousand classes into a function that is cold at
 * every run, fills in no defaults by itself, and words its refusals for programmers. What this does
 * not implement it refuses when the schema is read (see {@link RuleReader}), so a schema can never
 * promise more than is checked.
 */
public final class JsonSchema {

  private final Rule root;

  private JsonSchema(Rule root) {
    this.root = root;
  }

  /** Reads a schema; IllegalArgumentException when it uses what is not implemented here. */
  public static JsonSchema of(JsonNode schema) {
    return new JsonSchema(RuleReader.read("$", schema));
  }

  /**
   * The document with its defaults filled in; {@code InvalidRequest} says everything that is wrong
   * with it, each with its path, what was found and what is allowed.
   */
  public ObjectNode apply(JsonNode document) {
    Refusals refusals = new Refusals();
    JsonNode filled = root.apply("$", document, refusals);
    refusals.raise();
    return (ObjectNode) filled;
  }
}
