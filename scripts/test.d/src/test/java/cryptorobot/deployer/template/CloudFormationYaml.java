package cryptorobot.deployer.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A template's text as JSON; the short forms ({@code !Ref X}) become the long ones. */
final class CloudFormationYaml {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private CloudFormationYaml() {}

  static ObjectNode read(Path file) {
    try (Reader text = Files.newBufferedReader(file)) {
      return (ObjectNode) json(new Yaml(new LoaderOptions()).compose(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(Node node) {
    JsonNode plain =
        switch (node) {
          case MappingNode mapping -> object(mapping);
          case SequenceNode sequence -> {
            ArrayNode list = JSON.arrayNode();
            sequence.getValue().forEach(item -> list.add(json(item)));
            yield list;
          }
          case ScalarNode scalar -> scalar(scalar);
          default -> throw new IllegalArgumentException("an alias: CloudFormation knows none");
        };
    String tag = node.getTag().getValue();
    if (!tag.startsWith("!")) {
      return plain;
    }
    String function = tag.substring(1);
    if (function.equals("GetAtt") && plain.isTextual()) {
      String[] parts = plain.textValue().split("\\.", 2);
      plain = JSON.arrayNode().add(parts[0]).add(parts[1]);
    }
    boolean bare = function.equals("Ref") || function.equals("Condition");
    return JSON.objectNode().set(bare ? function : "Fn::" + function, plain);
  }

  private static ObjectNode object(MappingNode mapping) {
    ObjectNode object = JSON.objectNode();
    mapping
        .getValue()
        .forEach(
            entry -> {
              String key = ((ScalarNode) entry.getKeyNode()).getValue();
              if (object.has(key)) {
                throw new IllegalArgumentException(key + " stands twice in one place");
              }
              object.set(key, json(entry.getValueNode()));
            });
    return object;
  }

  private static JsonNode scalar(ScalarNode scalar) {
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.INT)) {
      return JSON.numberNode(Long.parseLong(scalar.getValue()));
    }
    if (tag.equals(Tag.BOOL)) {
      return JSON.booleanNode(Boolean.parseBoolean(scalar.getValue()));
    }
    if (tag.equals(Tag.NULL)) {
      return JSON.nullNode();
    }
    return JSON.textNode(scalar.getValue());
  }

  static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
