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
 * A template with values for its parameters, as the local cloud reads it: conditions decided,
 * functions computed. A reference whose value only AWS knows becomes {@code <Id>}.
 *
 * <p>Other programs read the same templates: AWS's own transforms in {@code PackagingTest}, and
 * cfn-lint in {@code CfnLintTest}.
 */
final class Stack {
  private final Template template;
  private final Map<String, ObjectNode> resources = new TreeMap<>();
  private final Map<String, ObjectNode> present = new TreeMap<>();

  private Stack(String name, Path file, Map<String, String> parameters) {
    Map<String, JsonNode> given = new TreeMap<>();
    parameters.forEach((parameter, value) -> given.put(parameter, TextNode.valueOf(value)));
    this.template =
        Template.of(
            file.toString(),
            Project.template(file),
            name,
            new Account("eu-west-1"),
            new TemplateScope(given, given),
            Template.Unknown.PLACEHOLDER);
    template.resources().forEach(this::add);
  }

  /** {@code template.yaml} with its nested stack's resources, which are named {@code stack/id}. */
  static Stack deployer(Map<String, String> parameters) {
    Map<String, String> all = new TreeMap<>(Map.of("DeployerVersion", "v1"));
    all.putAll(parameters);
    String name = parameters.getOrDefault("StackPrefix", "crypto-robot");
    Path file = Project.file("template.yaml");
    Stack stack = new Stack(name, file, all);
    stack
        .present("AWS::CloudFormation::Stack")
        .forEach(
            (id, resource) -> {
              Path of = file.resolveSibling(resource.at("/Properties/TemplateURL").textValue());
              stack.nest(id, new Stack(name + "-" + id, of, Map.of("StackPrefix", name)));
            });
    return stack;
  }

  /** {@code environment.yaml}. */
  static Stack environment(Map<String, String> parameters) {
    Map<String, String> all =
        new TreeMap<>(Map.of("DeployerVersion", "v1", "Environment", "crypto-robot.local"));
    all.putAll(parameters);
    String name = all.getOrDefault("StackPrefix", "crypto-robot") + "-one";
    return new Stack(name, Project.file("environment.yaml"), all);
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

  /** A role gets the name that CloudFormation would make, so that its policies can be found. */
  private void add(Declared declared) {
    ObjectNode resource = (ObjectNode) template.resolve(declared.body());
    if (declared.type().equals("AWS::IAM::Role")) {
      resource.withObject("/Properties").put("RoleName", template.roleName(declared));
    }
    resources.put(declared.id(), resource);
    JsonNode condition = resource.path("Condition");
    if (condition.isMissingNode() || template.holds(condition.textValue())) {
      present.put(declared.id(), resource);
    }
  }

  private void nest(String id, Stack nested) {
    nested.resources.forEach((part, body) -> resources.put(id + "/" + part, body));
    nested.present.forEach((part, body) -> present.put(id + "/" + part, body));
  }
}
