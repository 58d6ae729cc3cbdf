package cryptorobot.localcloud.iam.policy;

import java.util.Locale;
import java.util.regex.Pattern;

/** IAM's wildcards: {@code *} matches any string, {@code ?} one character. */
final class Wildcards {
  private static final int ARN_PARTS = 6;

  private Wildcards() {}

  static boolean match(String pattern, String text) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
  }

  /** Actions are not case-sensitive. */
  static boolean matchAction(String pattern, String action) {
    return match(pattern.toLowerCase(Locale.ROOT), action.toLowerCase(Locale.ROOT));
  }

  /** Matches part by part: only in the last part, the resource, a wildcard matches a colon. */
  static boolean matchArn(String pattern, String resource) {
    if (pattern.equals("*")) {
      return true;
    }
    String[] wanted = pattern.split(":", ARN_PARTS);
    String[] found = resource.split(":", ARN_PARTS);
    if (wanted.length != ARN_PARTS || found.length != ARN_PARTS) {
      return false;
    }
    for (int i = 0; i < ARN_PARTS; i++) {
      if (!match(wanted[i], found[i])) {
        return false;
      }
    }
    return true;
  }
}
