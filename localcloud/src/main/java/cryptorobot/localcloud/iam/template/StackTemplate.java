package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.EnvironmentName;
import cryptorobot.localcloud.iam.policy.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * template.yaml as one stack, and environment.yaml as a stack for each environment. Every role that
 * a template can create is enforced, also if its condition is false.
 */
public final class StackTemplate {
  private final Path folder;
  private final Account account;
  private final String prefix;

  /**
   * @param folder the folder of both templates
   * @param prefix the value of StackPrefix
   */
  public StackTemplate(Path folder, Account account, String prefix) {
    this.folder = folder;
    this.account = account;
    this.prefix = prefix;
  }

  /**
   * The roles of the stacks with these environments.
   *
   * @throws TemplateRefused for anything in a role that is not fully supported
   */
  public StackRoles roles(Collection<String> environments) {
    Template deployer = read("template.yaml", prefix, given());
    Map<String, Role> others = new RoleReader(deployer).roles();
    Map<String, Role> functions =
        take(deployer, "AWS::Serverless::Function", "FunctionName", "Role", others);
    others.values().removeAll(functions.values());
    Map<String, Role> machines = new HashMap<>();
    Map<String, Role> instances = new HashMap<>();
    for (String environment : environments) {
      Template stack = environment(environment);
      Map<String, Role> free = new RoleReader(stack).roles();
      Map<String, Role> own =
          take(stack, "AWS::StepFunctions::StateMachine", "StateMachineName", "RoleArn", free);
      Role instance = instance(stack, free);
      free.values().removeAll(own.values());
      free.values().remove(instance);
      machines.putAll(own);
      instances.put(environment, instance);
      others.putAll(free);
    }
    return new StackRoles(functions, machines, instances, others);
  }

  private TemplateScope given() {
    TextNode value = TextNode.valueOf(prefix);
    TextNode version = TextNode.valueOf("local");
    return new TemplateScope(Map.of(), Map.of())
        .with("StackPrefix", value, value)
        .with("DeployerVersion", version, version);
  }

  private Template environment(String environment) {
    TemplateScope given =
        given()
            .with("Environment", TextNode.valueOf(environment), TextNode.valueOf("${Environment}"));
    String stack = prefix + "-" + new EnvironmentName(prefix, environment).id();
    return read("environment.yaml", stack, given);
  }

  private static Map<String, Role> take(
      Template template,
      String type,
      String nameProperty,
      String roleProperty,
      Map<String, Role> roles) {
    Map<String, Role> taken = new HashMap<>();
    for (Declared resource : template.resources(type)) {
      if (!resource.property("Policies").isMissingNode()) {
        throw new TemplateRefused(
            template.file(), resource.id(), "Policies together with a Role are not implemented");
      }
      String arn = template.text(resource, roleProperty);
      Role role = roles.get(arn.substring(arn.indexOf('/') + 1));
      if (role == null) {
        throw new TemplateRefused(template.file(), resource.id(), "no such role: " + arn);
      }
      taken.put(template.text(resource, nameProperty), role);
    }
    return taken;
  }

  /** The role in the stack's one instance profile. */
  private static Role instance(Template template, Map<String, Role> roles) {
    Declared profile = template.resources("AWS::IAM::InstanceProfile").getFirst();
    return roles.get(template.resolve(profile.property("Roles")).path(0).asText());
  }

  private Template read(String name, String stack, TemplateScope given) {
    Path file = folder.resolve(name);
    try {
      ObjectNode root = TemplateText.parse(file.toString(), Files.readString(file));
      return Template.of(file.toString(), root, stack, account, given, Template.Unknown.REFUSED);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
