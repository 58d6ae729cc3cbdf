package cryptorobot.deployer.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a role of a stack allows, evaluated as IAM evaluates a policy: a statement must name the
 * action and the resource, and all its conditions must hold; a denial overrides.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">Policy
 *     evaluation logic</a>
 */
record Policies(List<JsonNode> statements) {

  /** The role's own policies and those attached to it by the template. */
  static Policies of(Stack stack, String role) {
    List<JsonNode> statements = new ArrayList<>();
    stack
        .resource(role)
        .at("/Properties/Policies")
        .forEach(policy -> policy.at("/PolicyDocument/Statement").forEach(statements::add));
    String name = stack.resource(role).at("/Properties/RoleName").textValue();
    stack.present("AWS::IAM::RolePolicy").values().stream()
        .map(policy -> policy.get("Properties"))
        .filter(policy -> policy.get("RoleName").textValue().equals(name))
        .forEach(policy -> policy.at("/PolicyDocument/Statement").forEach(statements::add));
    if (statements.isEmpty()) {
      throw new IllegalArgumentException(role + " allows nothing");
    }
    return new Policies(statements);
  }

  /** As IAM counts them: without white space; a policy's frame is added for each statement. */
  int size() {
    return statements.stream()
        .mapToInt(
            statement ->
                "{\"Version\":\"2012-10-17\",\"Statement\":[]}".length()
                    + statement.toString().replace(" ", "").length())
        .sum();
  }

  /**
   * @param context the request's condition keys, such as {@code aws:ResourceTag/…}
   */
  boolean allow(String action, String resource, Map<String, String> context) {
    return decides("Allow", action, resource, context)
        && !decides("Deny", action, resource, context);
  }

  private boolean decides(
      String effect, String action, String resource, Map<String, String> context) {
    return statements.stream()
        .anyMatch(
            statement ->
                statement.get("Effect").textValue().equals(effect)
                    && matches(statement.get("Action"), action)
                    && matches(statement.get("Resource"), resource)
                    && holds(statement.path("Condition"), context));
  }

  private static boolean holds(JsonNode conditions, Map<String, String> context) {
    for (Map.Entry<String, JsonNode> operator : conditions.properties()) {
      boolean like = operator.getKey().equals("StringLike");
      if (!like && !operator.getKey().equals("StringEquals")) {
        throw new IllegalArgumentException("a policy compares by " + operator.getKey());
      }
      for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
        String value = context.get(key.getKey());
        boolean fits =
            value != null
                && (like
                    ? matches(key.getValue(), value)
                    : texts(key.getValue()).stream().anyMatch(value::equals));
        if (!fits) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean matches(JsonNode patterns, String value) {
    return texts(patterns).stream().anyMatch(pattern -> wildcard(pattern).matcher(value).matches());
  }

  private static Pattern wildcard(String pattern) {
    return Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
  }

  static List<String> texts(JsonNode oneOrMany) {
    List<String> texts = new ArrayList<>();
    if (oneOrMany.isArray()) {
      oneOrMany.forEach(item -> texts.add(item.asText()));
    } else {
      texts.add(oneOrMany.asText());
    }
    return texts;
  }
}
