package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A template as a stack: its parameters have values, and references to its resources have the
 * values of CloudFormation.
 */
public final class Template {
  /** The result of a reference whose value only AWS knows. */
  public enum Unknown {
    REFUSED,
    /** {@code <Id>} or {@code <Id.Attribute>}. */
    PLACEHOLDER
  }

  private static final String VERSION = ".Version";

  private final String file;
  private final String stack;
  private final Account account;
  private final Unknown unknown;
  private final List<Declared> resources = new ArrayList<>();
  private final Intrinsics values;
  private final Intrinsics shown;
  private final JsonNode conditions;

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
    this.conditions = root.path("Conditions");
    this.values = new Intrinsics(file, scope.values(), new Resources(this::text), this::condition);
    this.shown =
        new Intrinsics(
            file,
            scope.shown(),
            new Resources((resource, property) -> show(resource.property(property)).asText()),
            this::condition);
    if (!(root.path("Resources") instanceof ObjectNode declared)) {
      throw new TemplateRefused(file, "Resources", "missing");
    }
    for (Map.Entry<String, JsonNode> entry : declared.properties()) {
      // A loop or an include is no resource: packagers and CloudFormation handle them differently.
      if (!(entry.getValue() instanceof ObjectNode body) || entry.getKey().startsWith("Fn::")) {
        throw new TemplateRefused(file, entry.getKey(), "not a resource");
      }
      resources.add(new Declared(entry.getKey(), body));
    }
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
    if (!value.isValueNode()) {
      throw new TemplateRefused(file, "Parameters." + name, "no value and no default");
    }
    JsonNode text = TextNode.valueOf(value.asText());
    return scope.with(name, text, scope.shown().getOrDefault(name, text));
  }

  String file() {
    return file;
  }

  public List<Declared> resources() {
    return List.copyOf(resources);
  }

  List<Declared> resources(String type) {
    return resources.stream().filter(resource -> resource.type().equals(type)).toList();
  }

  /** Whether the template's condition with this name is true. */
  public boolean holds(String condition) {
    return values.holds(condition(condition));
  }

  private JsonNode condition(String name) {
    if (!conditions.has(name)) {
      throw refused(name, "a condition that the template lacks");
    }
    return conditions.get(name);
  }

  public JsonNode resolve(JsonNode node) {
    return values.resolve(node);
  }

  /** Like {@link #resolve}, with a placeholder for the environment. */
  JsonNode show(JsonNode node) {
    return shown.resolve(node);
  }

  String text(Declared resource, String property) {
    JsonNode value = resolve(resource.property(property));
    if (!value.isTextual() || value.textValue().contains("${")) {
      throw new TemplateRefused(file, resource.id() + "." + property, "not a string: " + value);
    }
    return value.textValue();
  }

  /** References to resources, with the values of their properties. */
  private final class Resources implements Intrinsics.Names {
    private final BiFunction<Declared, String, String> properties;

    Resources(BiFunction<Declared, String, String> properties) {
      this.properties = properties;
    }

    @Override
    public String ref(String id) {
      if (id.endsWith(VERSION)) {
        return attribute(id.substring(0, id.length() - VERSION.length()), "Arn") + ":1";
      }
      Declared found = find(id);
      return switch (found.type()) {
        case "AWS::SNS::Topic" -> account.arn("sns", properties.apply(found, "TopicName"));
        case "AWS::StepFunctions::StateMachine" ->
            account.arn("states", "stateMachine:" + properties.apply(found, "StateMachineName"));
        case "AWS::IAM::Role" -> roleName(found);
        default -> unknown(id, "Ref of a " + found.type());
      };
    }

    @Override
    public String attribute(String id, String attribute) {
      Declared found = find(id);
      return switch (found.type() + "." + attribute) {
        case "AWS::Serverless::Function.Arn" ->
            account.arn("lambda", "function:" + properties.apply(found, "FunctionName"));
        case "AWS::SQS::Queue.Arn" -> account.arn("sqs", properties.apply(found, "QueueName"));
        case "AWS::IAM::Role.Arn" -> account.role(roleName(found));
        default -> unknown(id + "." + attribute, "GetAtt of a " + found.type());
      };
    }
  }

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
