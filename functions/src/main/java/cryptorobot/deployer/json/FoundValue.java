package cryptorobot.deployer.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/**
 * Describes a value of a request and never discloses a secret that was pasted there by mistake.
 *
 * <p>Short strings are shown, and paths and addresses of up to 100 characters. Of every other
 * string only the length is shown: an API key has 64 characters, a token 40. An address with an
 * {@code @} before its host, or with a query, is never shown, because it can contain credentials. A
 * string with characters that a terminal or a log would interpret is not shown either.
 */
public final class FoundValue {

  /** What a refusal names as found where a required value is missing. */
  public static final String NO_VALUE = "no value";

  private static final int SHORT = 32;
  private static final int LONG = 100;
  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://[^@?#\\s]+|/[^@?#\\s]*)");
  private static final Pattern TOKEN =
      Pattern.compile("(ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|AKIA|ASIA|xox|-----BEGIN).*");

  private FoundValue() {}

  /** The value in a few words. */
  public static String of(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> text(value.textValue());
      case NUMBER -> "the number " + shortened(value.asText());
      case BOOLEAN -> value.asText();
      case NULL -> "null";
      case ARRAY -> "a list of " + value.size();
      case OBJECT -> "an object";
      case BINARY, MISSING, POJO -> NO_VALUE;
    };
  }

  /** A string in quotation marks if it may be shown, otherwise its length. */
  public static String text(String text) {
    if (text.isEmpty()) {
      return "an empty string";
    }
    if (text.contains("://") && text.contains("@")) {
      return "an address with user information (not shown)";
    }
    boolean address = ADDRESS.matcher(text).matches();
    boolean shown =
        !TOKEN.matcher(text).matches()
            && text.codePoints().noneMatch(FoundValue::isInvisible)
            && text.length() <= (address ? LONG : SHORT)
            && (address || !text.contains("://"));
    return shown
        ? TextNode.valueOf(text).toString()
        : "a string of " + text.length() + " characters";
  }

  /**
   * Characters that move a cursor, reverse the reading direction or are half of a character, and
   * that JSON does not write as an escape.
   */
  private static boolean isInvisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL -> character > ' ';
      case Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /**
   * A field's name as part of a path. A name that no field of this deployer can have is shown as
   * {@link #text} shows it.
   */
  static String name(String field) {
    return field.matches("[A-Za-z0-9_-]{1,32}") ? field : "[" + text(field) + "]";
  }

  private static String shortened(String number) {
    return number.length() <= SHORT ? number : number.substring(0, SHORT) + "…";
  }
}
