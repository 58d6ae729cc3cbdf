package cryptorobot.deployer.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.iam.template.Declared;
import cryptorobot.localcloud.iam.template.Template;
import cryptorobot.localcloud.iam.template.TemplateScope;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A template with values for its parameters, as the local cloud reads it: loops unrolled, includes
 * in place, conditions decided, functions computed. A reference whose value only AWS knows becomes
 * {@code <Id>}.
 *
 * <p>Other programs read the same templates: AWS's own transforms in {@code PackagingTest}, and
 * cfn-lint in {@code CfnLintTest}.
 */
final class Stack {
  private final String name;
  private final Path folder;
  private final JsonNode conditions;
  private final Template template;
  private final Map<String, ObjectNode> resources = new TreeMap<>();
  private final Map<String, ObjectNode> present = new TreeMap<>();

  private Stack(String name, Path file, Map<String, JsonNode> parameters) {
    this.name = name;
    this.folder = file.getParent();
    ObjectNode root = Project.template(file);
    include((ObjectNode) root.get("Resources"));
    this.conditions = root.path("Conditions");
    this.template =
        Template.of(
            file.toString(),
            root,
            name,
            new Account("eu-west-1"),
            new TemplateScope(parameters, parameters),
            Template.Unknown.PLACEHOLDER);
    template.resources().forEach(this::add);
  }

  /** {@code template.yaml} with its nested stacks' resources, which are named {@code stack/id}. */
  static Stack of(Map<String, String> parameters) {
    Map<String, JsonNode> given = new TreeMap<>();
    parameters.forEach((name, value) -> given.put(name, TextNode.valueOf(value)));
    String name = parameters.getOrDefault("StackPrefix", "crypto-robot");
    Stack stack = new Stack(name, Project.file("template.yaml"), given);
    stack.present("AWS::CloudFormation::Stack").forEach(stack::nest);
    return stack;
  }

  /** Every resource whose condition holds. */
  Map<String, ObjectNode> present() {
    return new TreeMap<>(present);
  }

  Map<String, ObjectNode> present(String type) {
    Map<String, ObjectNode> all = present();
    all.values().removeIf(resource -> !resource.get("Type").textValue().equals(type));
    return all;
  }

  ObjectNode resource(String id) {
    ObjectNode resource = resources.get(id);
    if (resource == null) {
      throw new IllegalArgumentException("the template has no resource " + id);
    }
    return resource;
  }

  /** The build writes the included file: the step documents. */
  private void include(ObjectNode declared) {
    JsonNode include = declared.remove("Fn::Transform");
    if (include != null) {
      String file = include.at("/Parameters/Location").textValue();
      declared.setAll((ObjectNode) Project.json(folder.resolve(file)));
    }
  }

  /** A role gets the name that CloudFormation would make, so that its policies can be found. */
  private void add(Declared declared) {
    ObjectNode resource = (ObjectNode) template.resolve(declared.body(), declared.scope());
    if (declared.type().equals("AWS::IAM::Role")) {
      resource.withObject("/Properties").put("RoleName", template.roleName(declared));
    }
    resources.put(declared.id(), resource);
    JsonNode condition = resource.path("Condition");
    if (condition.isMissingNode()
        || holds(conditions.get(condition.textValue()), declared.scope())) {
      present.put(declared.id(), resource);
    }
  }

  private void nest(String id, ObjectNode resource) {
    Map<String, JsonNode> given = new TreeMap<>();
    resource
        .at("/Properties/Parameters")
        .properties()
        .forEach(parameter -> given.put(parameter.getKey(), parameter.getValue()));
    Path file = folder.resolve(resource.at("/Properties/TemplateURL").textValue());
    Stack nested = new Stack(name + "-" + id, file, given);
    nested.resources.forEach((part, body) -> resources.put(id + "/" + part, body));
    nested.present.forEach((part, body) -> present.put(id + "/" + part, body));
  }

  private boolean holds(JsonNode condition, TemplateScope scope) {
    String function = condition.fieldNames().next();
    JsonNode value = condition.get(function);
    return switch (function) {
      case "Fn::Equals" ->
          template.resolve(value.get(0), scope).equals(template.resolve(value.get(1), scope));
      case "Fn::Not" -> !holds(value.get(0), scope);
      default -> throw new IllegalArgumentException("this cannot compute " + function);
    };
  }
}
