package cryptorobot.localcloud.iam.template;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.iam.policy.Condition;
import cryptorobot.localcloud.iam.policy.ResourcePattern;
import cryptorobot.localcloud.iam.policy.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the statements of a policy document; refuses everything that is not fully supported. */
final class StatementReader {
  private static final Set<String> FIELDS =
      Set.of("Sid", "Effect", "Action", "Resource", "Condition");

  /** The condition keys that the local cloud sets. */
  private static final List<String> KEYS =
      List.of("secretsmanager:SecretId", "secretsmanager:Name");

  private static final List<String> KEY_BEGINNINGS =
      List.of("ssm:resourceTag/", "aws:ResourceTag/", "ec2:ResourceTag/");

  private final Template template;

  StatementReader(Template template) {
    this.template = template;
  }

  List<Statement> statements(String where, JsonNode document) {
    if (!document.path("Version").asText().equals("2012-10-17")) {
      throw refused(where, "the Version is not 2012-10-17");
    }
    List<Statement> all = new ArrayList<>();
    for (JsonNode statement : listed(document.path("Statement"))) {
      all.add(statement(where, statement));
    }
    return all;
  }

  private Statement statement(String policy, JsonNode node) {
    String where = policy + " " + node.path("Sid").asText("without Sid");
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw refused(where, "the element " + field.getKey() + " is not implemented");
      }
    }
    try {
      return new Statement(
          node.path("Sid").asText(),
          effect(where, node.path("Effect").asText()),
          strings(where, template.resolve(node.path("Action"))),
          resources(where, node.path("Resource")),
          conditions(where, template.resolve(node.path("Condition"))));
    } catch (IllegalArgumentException e) {
      throw e instanceof TemplateRefused ? e : refused(where, e.getMessage());
    }
  }

  private Statement.Effect effect(String where, String text) {
    return switch (text) {
      case "Allow" -> Statement.Effect.ALLOW;
      case "Deny" -> Statement.Effect.DENY;
      default -> throw refused(where, "the Effect must be Allow or Deny, not '" + text + "'");
    };
  }

  private List<ResourcePattern> resources(String where, JsonNode node) {
    List<String> patterns = strings(where, template.resolve(node));
    List<String> shown = texts(where, template.show(node));
    List<ResourcePattern> all = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      String pattern = patterns.get(i);
      if (!pattern.equals("*") && pattern.split(":", 6).length != 6) {
        throw refused(where, "neither * nor an ARN: " + pattern);
      }
      all.add(new ResourcePattern(pattern, shown.get(i)));
    }
    return all;
  }

  private List<Condition> conditions(String where, JsonNode node) {
    List<Condition> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> operator : node.properties()) {
      for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
        if (!KEYS.contains(key.getKey())
            && KEY_BEGINNINGS.stream().noneMatch(key.getKey()::startsWith)) {
          throw refused(where, "the condition key " + key.getKey() + " is not implemented");
        }
        all.add(
            new Condition(
                operator(where, operator.getKey()), key.getKey(), strings(where, key.getValue())));
      }
    }
    return all;
  }

  private Condition.Operator operator(String where, String name) {
    return switch (name) {
      case "StringEquals" -> Condition.Operator.STRING_EQUALS;
      case "StringLike" -> Condition.Operator.STRING_LIKE;
      default -> throw refused(where, "the condition operator " + name + " is not implemented");
    };
  }

  /** An IAM policy variable is a {@code ${…}} outside a Sub. The local cloud gives it no value. */
  private List<String> strings(String where, JsonNode node) {
    List<String> all = texts(where, node);
    for (String string : all) {
      if (string.contains("${")) {
        throw refused(where, "the variable in " + string + " is not implemented");
      }
    }
    return all;
  }

  private List<String> texts(String where, JsonNode node) {
    List<String> all = new ArrayList<>();
    for (JsonNode item : listed(node)) {
      if (!item.isTextual()) {
        throw refused(where, "not a string: " + item);
      }
      all.add(item.textValue());
    }
    return all;
  }

  /** A single value counts as a list of one. */
  private static Iterable<JsonNode> listed(JsonNode node) {
    return node.isArray() ? node : node.isMissingNode() ? List.of() : List.of(node);
  }

  private TemplateRefused refused(String where, String what) {
    return new TemplateRefused(template.file(), where, what);
  }
}
