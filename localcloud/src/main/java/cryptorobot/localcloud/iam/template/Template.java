package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.util.List;
import java.util.Map;

/**
 * A template as a stack: its parameters have values, its loops are unrolled, and references to its
 * resources have the values of CloudFormation.
 */
public final class Template {
  /** The result of a reference whose value only AWS knows. */
  public enum Unknown {
    REFUSED,
    /** {@code <Id>} or {@code <Id.Attribute>}. */
    PLACEHOLDER
  }

  private final String file;
  private final String stack;
  private final Account account;
  private final Unknown unknown;
  private final List<Declared> resources;

  private Template(
      String file,
      String stack,
      Account account,
      ObjectNode root,
      TemplateScope scope,
      Unknown unknown) {
    this.file = file;
    this.stack = stack;
    this.account = account;
    this.unknown = unknown;
    if (!(root.path("Resources") instanceof ObjectNode declared)) {
      throw new TemplateRefused(file, "Resources", "missing");
    }
    this.resources = new Loops(file, this::resolve).unroll(declared, scope);
  }

  /**
   * @param stack the stack's name
   * @param given values of parameters; other parameters have their defaults
   */
  public static Template of(
      String file,
      ObjectNode root,
      String stack,
      Account account,
      TemplateScope given,
      Unknown unknown) {
    TemplateScope scope = fixed("AWS::Partition", "aws", given);
    scope = fixed("AWS::Region", account.region(), scope);
    scope = fixed("AWS::AccountId", Account.ID, scope);
    for (Map.Entry<String, JsonNode> parameter : root.path("Parameters").properties()) {
      scope = parameter(file, parameter.getKey(), parameter.getValue(), scope);
    }
    return new Template(file, stack, account, root, scope, unknown);
  }

  private static TemplateScope fixed(String name, String value, TemplateScope scope) {
    return scope.with(name, TextNode.valueOf(value), TextNode.valueOf(value));
  }

  private static TemplateScope parameter(
      String file, String name, JsonNode parameter, TemplateScope scope) {
    JsonNode value = scope.values().getOrDefault(name, parameter.path("Default"));
    if (value.isMissingNode()) {
      throw new TemplateRefused(file, "Parameters." + name, "no value and no default");
    }
    if (value.isValueNode()) {
      value = value(parameter.path("Type").asText(), value.asText());
    }
    return scope.with(name, value, scope.shown().getOrDefault(name, value));
  }

  private static JsonNode value(String type, String text) {
    if (!type.equals("CommaDelimitedList")) {
      return TextNode.valueOf(text);
    }
    ArrayNode list = AwsJson.array();
    for (String part : text.split(",")) {
      list.add(part.strip());
    }
    return list;
  }

  String file() {
    return file;
  }

  String stack() {
    return stack;
  }

  public List<Declared> resources() {
    return resources;
  }

  List<Declared> resources(String type) {
    return resources.stream().filter(resource -> resource.type().equals(type)).toList();
  }

  public JsonNode resolve(JsonNode node, TemplateScope scope) {
    return new Intrinsics(file, scope.values(), names).resolve(node);
  }

  /** Like {@link #resolve}, with a placeholder for the environment. */
  JsonNode show(JsonNode node, TemplateScope scope) {
    return new Intrinsics(file, scope.shown(), names).resolve(node);
  }

  String text(Declared resource, String property) {
    JsonNode value = resolve(resource.property(property), resource.scope());
    if (!value.isTextual() || value.textValue().contains("${")) {
      throw new TemplateRefused(file, resource.id() + "." + property, "not a string: " + value);
    }
    return value.textValue();
  }

  private static final String VERSION = ".Version";

  private final Intrinsics.Names names =
      new Intrinsics.Names() {
        @Override
        public String ref(String id) {
          if (id.endsWith(VERSION)) {
            return attribute(id.substring(0, id.length() - VERSION.length()), "Arn") + ":1";
          }
          Declared found = find(id);
          return switch (found.type()) {
            case "AWS::SNS::Topic" -> account.arn("sns", text(found, "TopicName"));
            case "AWS::Serverless::StateMachine" ->
                account.arn("states", "stateMachine:" + text(found, "Name"));
            case "AWS::IAM::Role" -> roleName(found);
            default -> unknown(id, "Ref of a " + found.type());
          };
        }

        @Override
        public String attribute(String id, String attribute) {
          Declared found = find(id);
          return switch (found.type() + "." + attribute) {
            case "AWS::Serverless::Function.Arn" ->
                account.arn("lambda", "function:" + text(found, "FunctionName"));
            case "AWS::SQS::Queue.Arn" -> account.arn("sqs", text(found, "QueueName"));
            case "AWS::IAM::Role.Arn" -> account.role(roleName(found));
            default -> unknown(id + "." + attribute, "GetAtt of a " + found.type());
          };
        }
      };

  /**
   * The name in the template, or a generated name like CloudFormation's without the random suffix.
   */
  public String roleName(Declared role) {
    return role.property("RoleName").isMissingNode()
        ? stack + "-" + role.id()
        : text(role, "RoleName");
  }

  private Declared find(String id) {
    List<Declared> found = resources.stream().filter(resource -> resource.id().equals(id)).toList();
    if (found.size() != 1) {
      throw refused(id, "a name of " + found.size() + " resources");
    }
    return found.getFirst();
  }

  private String unknown(String name, String what) {
    return switch (unknown) {
      case REFUSED -> throw refused(name, what);
      case PLACEHOLDER -> "<" + name + ">";
    };
  }

  private TemplateRefused refused(String id, String what) {
    return new TemplateRefused(file, id, "not implemented: " + what);
  }
}
