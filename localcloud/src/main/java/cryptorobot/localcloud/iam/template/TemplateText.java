package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.io.StringReader;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * CloudFormation's YAML as a tree: {@code !Sub x} becomes <code>{"Fn::Sub": "x"}</code>, and every
 * scalar is text, which CloudFormation makes of numbers and dates too.
 */
final class TemplateText {
  private static final Set<String> FUNCTIONS =
      Set.of("Sub", "GetAtt", "Join", "Select", "Split", "Equals", "Not", "And", "Or", "If");

  private final String file;

  private TemplateText(String file) {
    this.file = file;
  }

  static ObjectNode parse(String file, String text) {
    TemplateText reader = new TemplateText(file);
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (root != null && reader.tree(root) instanceof ObjectNode object) {
        return object;
      }
    } catch (YAMLException e) {
      throw new TemplateRefused(file, "the text", "this is no YAML: " + e.getMessage());
    }
    throw new TemplateRefused(file, "the text", "this is no mapping");
  }

  private JsonNode tree(Node node) {
    String tag = node.getTag().getValue();
    if (!tag.startsWith("!")) {
      return plain(node);
    }
    String name = tag.substring(1);
    if (name.equals("Ref") || name.equals("Condition")) {
      return AwsJson.object().set(name, plain(node));
    }
    if (!FUNCTIONS.contains(name)) {
      throw new TemplateRefused(file, place(node), "the function " + tag + " is not known here");
    }
    return AwsJson.object().set("Fn::" + name, name.equals("GetAtt") ? path(node) : plain(node));
  }

  /** {@code !GetAtt Role.Arn} is {@code [Role, Arn]}; a dot more belongs to the attribute. */
  private JsonNode path(Node node) {
    JsonNode value = plain(node);
    if (!value.isTextual()) {
      return value;
    }
    ArrayNode parts = AwsJson.array();
    for (String part : value.textValue().split("\\.", 2)) {
      parts.add(part);
    }
    return parts;
  }

  private JsonNode plain(Node node) {
    return switch (node) {
      case ScalarNode scalar -> TextNode.valueOf(scalar.getValue());
      case SequenceNode sequence -> {
        ArrayNode array = AwsJson.array();
        sequence.getValue().forEach(item -> array.add(tree(item)));
        yield array;
      }
      case MappingNode mapping -> mapping(mapping);
      default -> throw new TemplateRefused(file, place(node), "an alias is not known here");
    };
  }

  private ObjectNode mapping(MappingNode mapping) {
    ObjectNode object = AwsJson.object();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key) || key.getValue().equals("<<")) {
        throw new TemplateRefused(file, place(entry.getKeyNode()), "this is no plain key");
      }
      if (object.has(key.getValue())) {
        throw new TemplateRefused(file, place(key), "the key " + key.getValue() + " comes twice");
      }
      object.set(key.getValue(), tree(entry.getValueNode()));
    }
    return object;
  }

  private static String place(Node node) {
    return "line " + (node.getStartMark().getLine() + 1);
  }
}
