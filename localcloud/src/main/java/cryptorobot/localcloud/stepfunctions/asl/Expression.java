package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** JSONata between <code>{%</code> and <code>%}</code> in a string of a definition. */
public final class Expression {
  private static final String OPEN = "{%";
  private static final String CLOSE = "%}";

  private Expression() {}

  /** The JSONata without surrounding blanks; empty if the value is plain JSON. */
  public static Optional<String> of(JsonNode value) {
    if (!value.isTextual()) {
      return Optional.empty();
    }
    var text = value.textValue();
    return text.startsWith(OPEN) && text.endsWith(CLOSE) && text.length() >= 4
        ? Optional.of(text.substring(2, text.length() - 2).strip())
        : Optional.empty();
  }

  /** Whether the delimiters are misplaced. AWS would use such a string as plain text. */
  static boolean looksMistyped(String text) {
    var stripped = text.strip();
    return stripped.startsWith(OPEN) != stripped.endsWith(CLOSE)
        || (stripped.startsWith(OPEN) && !stripped.equals(text));
  }
}
