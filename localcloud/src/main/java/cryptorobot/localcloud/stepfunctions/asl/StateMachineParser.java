package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/**
 * Parses a definition. Refuses fields that are not implemented, wrong types, values out of range,
 * transitions to missing states, and unreachable states. A definition that runs here is therefore
 * not refused or interpreted differently by AWS. The only query language is JSONata.
 */
public final class StateMachineParser {
  private static final int MOST_BYTES = 1_048_576;
  private static final long LONGEST_SECONDS = 99_999_999;

  private StateMachineParser() {}

  /**
   * Reads a definition.
   *
   * @param yamlOrJson YAML, which includes JSON
   * @throws DefinitionInvalid for the first error
   */
  public static StateMachine parse(String yamlOrJson) throws DefinitionInvalid {
    int bytes = yamlOrJson.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw new DefinitionInvalid("$", bytes + " bytes", "at most " + MOST_BYTES + " bytes");
    }
    var fields = DefinitionFields.of("$", read(yamlOrJson));
    fields.text("Comment");
    requireEquals(fields, "QueryLanguage", "JSONata", true);
    requireEquals(fields, "Version", "1.0", false);
    var timeout = fields.integer("TimeoutSeconds", 1, LONGEST_SECONDS).map(Duration::ofSeconds);
    var flow = FlowParser.parse(fields, Set.of(), new FlowParser.Names());
    fields.refuseOthers();
    return new StateMachine(flow, timeout);
  }

  static void requireEquals(DefinitionFields fields, String name, String only, boolean required)
      throws DefinitionInvalid {
    var value = required ? fields.requiredText(name) : fields.text(name).orElse(only);
    if (!value.equals(only)) {
      throw new DefinitionInvalid(fields.path(name), "\"" + value + "\"", "\"" + only + "\"");
    }
  }

  private static JsonNode read(String text) throws DefinitionInvalid {
    var mapper =
        YAMLMapper.builder(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    try {
      try (var parser = mapper.getFactory().createParser(text)) {
        refuseAliases(parser);
      }
      return mapper.readTree(text);
    } catch (JsonProcessingException unreadable) {
      var location = unreadable.getLocation();
      var line = location == null ? "" : " in line " + location.getLineNr();
      throw new DefinitionInvalid(
          "$",
          "text that cannot be read" + line + ": " + unreadable.getOriginalMessage(),
          "YAML or JSON");
    } catch (IOException impossible) {
      throw new IllegalStateException("reading a string cannot fail", impossible);
    }
  }

  /** Refuses aliases, which the tree would contain as their names. */
  private static void refuseAliases(JsonParser parser) throws IOException, DefinitionInvalid {
    while (parser.nextToken() != null) {
      if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
        throw new DefinitionInvalid(
            "$", "the alias *" + yaml.getText(), "the value itself: aliases are not implemented");
      }
    }
  }
}
