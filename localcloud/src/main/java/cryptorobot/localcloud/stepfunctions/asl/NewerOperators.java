package cryptorobot.localcloud.stepfunctions.asl;

import java.util.Optional;

/**
 * Finds {@code ??} and {@code ?:} in JSONata. The library's tree does not distinguish them from a
 * condition, so this class reads the text. It skips strings, quoted names, comments and regular
 * expressions.
 */
final class NewerOperators {
  private NewerOperators() {}

  static Optional<String> in(String jsonata) {
    boolean afterOperand = false;
    for (int i = 0; i < jsonata.length(); i++) {
      char c = jsonata.charAt(i);
      if (Character.isWhitespace(c)) {
        continue;
      }
      if (jsonata.startsWith("/*", i)) {
        i = past(jsonata.indexOf("*/", i + 2), jsonata) + 1;
        continue;
      }
      if (c == '"' || c == '\'' || c == '`' || (c == '/' && !afterOperand)) {
        i = closing(jsonata, i);
        afterOperand = true;
        continue;
      }
      if (jsonata.startsWith("??", i) || jsonata.startsWith("?:", i)) {
        return Optional.of(jsonata.substring(i, i + 2));
      }
      afterOperand = Character.isLetterOrDigit(c) || "_$)]}".indexOf(c) >= 0;
    }
    return Optional.empty();
  }

  private static int closing(String text, int open) {
    char quote = text.charAt(open);
    for (int i = open + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && quote != '`') {
        i++;
      } else if (text.charAt(i) == quote) {
        return i;
      }
    }
    return text.length();
  }

  private static int past(int found, String text) {
    return found < 0 ? text.length() : found;
  }
}
