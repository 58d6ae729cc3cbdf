package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.iam.policy.Role;
import cryptorobot.localcloud.iam.policy.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the roles of one template with their inline and attached policies. */
final class RoleReader {
  private static final Set<String> PROPERTIES =
      Set.of(
          "RoleName",
          "Description",
          "AssumeRolePolicyDocument",
          "Policies",
          "MaxSessionDuration",
          "Tags");

  private final Template template;
  private final StatementReader reader;

  RoleReader(Template template) {
    this.template = template;
    this.reader = new StatementReader(template);
  }

  /** The roles by their names. */
  Map<String, Role> roles() {
    for (String type : List.of("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")) {
      if (!template.resources(type).isEmpty()) {
        throw refused(template.resources(type).getFirst().id(), "use AWS::IAM::RolePolicy");
      }
    }
    Map<String, Role> roles = new TreeMap<>();
    for (Declared role : template.resources("AWS::IAM::Role")) {
      String name = template.roleName(role);
      roles.put(name, new Role(name, role.id(), own(role)));
    }
    for (Declared policy : template.resources("AWS::IAM::RolePolicy")) {
      attach(policy, roles);
    }
    return roles;
  }

  private List<Statement> own(Declared role) {
    for (Map.Entry<String, JsonNode> property : role.body().path("Properties").properties()) {
      if (!PROPERTIES.contains(property.getKey()) && !hasNoValue(property)) {
        throw refused(role.id(), property.getKey() + " is not implemented");
      }
    }
    List<Statement> all = new ArrayList<>();
    for (JsonNode policy : role.property("Policies")) {
      all.addAll(reader.statements(role.id(), policy.path("PolicyDocument")));
    }
    return all;
  }

  /** A permissions boundary that the stack was not given. */
  private boolean hasNoValue(Map.Entry<String, JsonNode> property) {
    return property.getKey().equals("PermissionsBoundary")
        && template.resolve(property.getValue()).isMissingNode();
  }

  private void attach(Declared policy, Map<String, Role> roles) {
    String name = template.text(policy, "RoleName");
    Role role = roles.get(name);
    if (role == null) {
      throw refused(policy.id(), "no such role: " + name);
    }
    List<Statement> all = new ArrayList<>(role.statements());
    all.addAll(reader.statements(policy.id(), policy.property("PolicyDocument")));
    roles.put(name, new Role(name, role.shown(), all));
  }

  private TemplateRefused refused(String where, String what) {
    return new TemplateRefused(template.file(), where, what);
  }
}
