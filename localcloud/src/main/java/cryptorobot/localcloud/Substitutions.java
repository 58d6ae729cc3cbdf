package cryptorobot.localcloud;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.EnvironmentName;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The DefinitionSubstitutions of environment.yaml: {@code ${<Handler>Function}} becomes a version
 * of a function, {@code ${<Machine>StateMachine}} the ARN of a state machine. The environment
 * allows every repository and every path, and ships no logs.
 */
record Substitutions(Account account, EnvironmentName name) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z0-9]+)\\}");

  /** Throws {@link IllegalArgumentException} for an unknown placeholder. */
  String apply(String file, String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(file, match.group(1))));
  }

  private String value(String file, String placeholder) {
    return switch (placeholder) {
      case "Environment" -> name.environment();
      case "RepositoryUrl", "ApplicationPath" -> "";
      case "ShipLogs" -> "false";
      case "SystemPackages" -> "*";
      default -> resource(file, placeholder);
    };
  }

  private String resource(String file, String placeholder) {
    if (placeholder.endsWith("StateMachine")) {
      String kind = placeholder.substring(0, placeholder.length() - "StateMachine".length());
      return account.arn(
          "states", "stateMachine:" + name.stateMachine(kind.toLowerCase(Locale.ROOT)));
    }
    if (!placeholder.endsWith("Function")) {
      throw new IllegalArgumentException(file + ": unknown substitution ${" + placeholder + "}");
    }
    String handler = placeholder.substring(0, placeholder.length() - "Function".length());
    // environment.yaml uses a published version; the only version here is $LATEST.
    return account.arn("lambda", "function:" + name.prefix() + "-" + handler + ":$LATEST");
  }
}
