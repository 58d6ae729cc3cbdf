package cryptorobot.deployer.endtoend;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GitHub's expressions as far as the workflows use them: names, literals, {@code ==}, {@code !=},
 * {@code &&}, {@code ||} and {@code name[name]}. Anything else is an error, not an empty string.
 *
 * @param values every name that may be read, such as {@code inputs.action}
 */
record WorkflowExpression(Map<String, String> values) {
  private static final Pattern EMBEDDED = Pattern.compile("\\$\\{\\{(.+?)}}");
  private static final Pattern INDEXED = Pattern.compile("([a-z]+)\\[([a-z0-9_.]+)]");
  private static final Pattern NAME = Pattern.compile("[a-z]+(\\.[A-Za-z0-9_]+)+");

  String fill(String text) {
    return EMBEDDED
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1).strip())));
  }

  boolean holds(String condition) {
    return Arrays.stream(condition.split("\\|\\|")).anyMatch(this::allHold);
  }

  private boolean allHold(String conditions) {
    return Arrays.stream(conditions.split("&&"))
        .map(String::strip)
        .allMatch(
            part ->
                switch (part) {
                  // These runs are never cancelled.
                  case "cancelled()" -> false;
                  case String equal when equal.contains("==") ->
                      side(equal, "==", 0).equals(side(equal, "==", 1));
                  case String differs when differs.contains("!=") ->
                      !side(differs, "!=", 0).equals(side(differs, "!=", 1));
                  default -> !value(part).isEmpty();
                });
  }

  private String side(String comparison, String operator, int which) {
    return value(comparison.split(operator)[which].strip());
  }

  private String value(String expression) {
    for (String choice : expression.split("\\|\\|")) {
      String value = single(choice.strip());
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private String single(String term) {
    if (term.startsWith("'") && term.endsWith("'") && term.length() > 1) {
      return term.substring(1, term.length() - 1);
    }
    Matcher indexed = INDEXED.matcher(term);
    if (indexed.matches()) {
      return values.getOrDefault(indexed.group(1) + "." + single(indexed.group(2)), "");
    }
    if (!NAME.matcher(term).matches()) {
      throw new AssertionError("this runner cannot read the expression " + term);
    }
    return values.getOrDefault(term, "");
  }
}
