package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.iam.policy.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * template.yaml and the templates of its nested stacks. Conditions are read as true, so that every
 * role that the template can create is enforced.
 */
public final class StackTemplate {
  private final Path file;
  private final Account account;
  private final String prefix;

  /**
   * @param prefix the value of StackPrefix
   */
  public StackTemplate(Path file, Account account, String prefix) {
    this.file = file;
    this.account = account;
    this.prefix = prefix;
  }

  /**
   * The roles of a stack with these environments.
   *
   * @throws TemplateRefused for anything in a role that is not fully supported
   */
  public StackRoles roles(Collection<String> environments) {
    ArrayNode list = AwsJson.array();
    environments.forEach(list::add);
    TextNode stack = TextNode.valueOf(prefix);
    TemplateScope given =
        new TemplateScope(Map.of(), Map.of())
            .with("StackPrefix", stack, stack)
            .with("Environments", list, TextNode.valueOf("${Environments}"))
            // All schedules share one role: no role depends on the number of schedules.
            .with("PowerSchedules", AwsJson.array(), TextNode.valueOf("${PowerSchedules}"));
    Template template = read(file, prefix, given);
    Map<String, Role> free = new RoleReader(template).roles();
    Map<String, Role> functions = take(template, "AWS::Serverless::Function", "FunctionName", free);
    Map<String, Role> machines = take(template, "AWS::Serverless::StateMachine", "Name", free);
    free.values().removeAll(functions.values());
    free.values().removeAll(machines.values());
    return new StackRoles(functions, machines, instances(template), free);
  }

  private static Map<String, Role> take(
      Template template, String type, String nameProperty, Map<String, Role> roles) {
    Map<String, Role> taken = new HashMap<>();
    for (Declared resource : template.resources(type)) {
      if (!resource.property("Policies").isMissingNode()) {
        throw new TemplateRefused(
            template.file(), resource.id(), "Policies together with a Role are not implemented");
      }
      String arn = template.text(resource, "Role");
      Role role = roles.get(arn.substring(arn.indexOf('/') + 1));
      if (role == null) {
        throw new TemplateRefused(template.file(), resource.id(), "no such role: " + arn);
      }
      taken.put(template.text(resource, nameProperty), role);
    }
    return taken;
  }

  /**
   * The nested stack of each environment contains one role, that of its instance. The other nested
   * stacks contain the step documents and no role.
   */
  private Map<String, Role> instances(Template template) {
    Map<String, Role> all = new HashMap<>();
    for (Declared nested : template.resources("AWS::CloudFormation::Stack")) {
      TemplateScope given = new TemplateScope(Map.of(), Map.of());
      for (Map.Entry<String, JsonNode> parameter : nested.property("Parameters").properties()) {
        given =
            given.with(
                parameter.getKey(),
                template.resolve(parameter.getValue(), nested.scope()),
                template.show(parameter.getValue(), nested.scope()));
      }
      Path of = file.resolveSibling(template.text(nested, "TemplateURL"));
      Map<String, Role> roles =
          new RoleReader(read(of, template.stack() + "-" + nested.id(), given)).roles();
      JsonNode environment = given.values().get("Environment");
      if (environment == null && roles.isEmpty()) {
        continue;
      }
      if (environment == null || roles.size() != 1) {
        throw new TemplateRefused(
            of.toString(), nested.id(), "must contain one role of one environment");
      }
      all.put(environment.asText(), roles.values().iterator().next());
    }
    return all;
  }

  private Template read(Path of, String stack, TemplateScope given) {
    try {
      String file = of.toString();
      ObjectNode root = TemplateText.parse(file, Files.readString(of));
      return Template.of(file, root, stack, account, given, Template.Unknown.REFUSED);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + of, e);
    }
  }
}
