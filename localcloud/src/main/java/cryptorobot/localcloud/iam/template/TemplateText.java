package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
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
import org.yaml.snakeyaml.nodes.Tag;

/**
 * CloudFormation's YAML as JSON: {@code !Sub x} becomes <code>{"Fn::Sub": "x"}</code>. {@code
 * true}, {@code false} and decimal integers keep their types; every other scalar is a string.
 */
public final class TemplateText {
  private static final Set<String> FUNCTIONS =
      Set.of("Sub", "GetAtt", "Join", "Select", "Split", "Equals", "Not", "And", "Or", "If");

  private final String file;

  private TemplateText(String file) {
    this.file = file;
  }

  /**
   * @param file names the file in a refusal
   */
  public static ObjectNode parse(String file, String text) {
    TemplateText reader = new TemplateText(file);
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (root != null && reader.tree(root) instanceof ObjectNode object) {
        return object;
      }
    } catch (YAMLException e) {
      throw new TemplateRefused(file, "the text", "not YAML: " + e.getMessage());
    }
    throw new TemplateRefused(file, "the text", "not a mapping");
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
      throw new TemplateRefused(file, place(node), "the function " + tag + " is not implemented");
    }
    return AwsJson.object().set("Fn::" + name, name.equals("GetAtt") ? path(node) : plain(node));
  }

  /** {@code !GetAtt Role.Arn} is {@code [Role, Arn]}; further dots belong to the attribute. */
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
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence -> {
        ArrayNode array = AwsJson.array();
        sequence.getValue().forEach(item -> array.add(tree(item)));
        yield array;
      }
      case MappingNode mapping -> mapping(mapping);
      default -> throw new TemplateRefused(file, place(node), "an alias is not implemented");
    };
  }

  private static JsonNode scalar(ScalarNode scalar) {
    String value = scalar.getValue();
    if (scalar.getTag().equals(Tag.BOOL) && value.matches("true|false")) {
      return BooleanNode.valueOf(value.equals("true"));
    }
    if (scalar.getTag().equals(Tag.INT) && value.matches("0|-?[1-9][0-9]{0,17}")) {
      return LongNode.valueOf(Long.parseLong(value));
    }
    return TextNode.valueOf(value);
  }

  private ObjectNode mapping(MappingNode mapping) {
    ObjectNode object = AwsJson.object();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key) || key.getValue().equals("<<")) {
        throw new TemplateRefused(file, place(entry.getKeyNode()), "not a plain key");
      }
      if (object.has(key.getValue())) {
        throw new TemplateRefused(file, place(key), "the key " + key.getValue() + " occurs twice");
      }
      object.set(key.getValue(), tree(entry.getValueNode()));
    }
    return object;
  }

  private static String place(Node node) {
    return "line " + (node.getStartMark().getLine() + 1);
  }
}
