package cryptorobot.localcloud;

import cryptorobot.localcloud.aws.Account;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What SAM's DefinitionSubstitutions do: {@code ${<Handler>Function}} becomes a version of a
 * function, {@code ${<Machine>StateMachine}} the ARN of a state machine.
 */
record Substitutions(Account account) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z0-9]+)\\}");

  /** Throws {@link IllegalArgumentException} for an unknown placeholder. */
  String apply(String file, String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(file, match.group(1))));
  }

  private String value(String file, String name) {
    if (name.endsWith("StateMachine")) {
      String machine = name.substring(0, name.length() - "StateMachine".length());
      return account.arn("states", "stateMachine:crypto-robot-" + machine.toLowerCase(Locale.ROOT));
    }
    if (!name.endsWith("Function")) {
      throw new IllegalArgumentException(file + ": unknown substitution ${" + name + "}");
    }
    String handler = name.substring(0, name.length() - "Function".length());
    // template.yaml uses a published version; the only version here is $LATEST.
    return account.arn("lambda", "function:crypto-robot-" + handler + ":$LATEST");
  }
}
