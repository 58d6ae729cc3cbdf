package cryptorobot.deployer.document;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code allowedPattern} of a parameter as the SSM agent reads it, with Go's package {@code
 * regexp}. The agent fails a document before it runs the script if it cannot compile a pattern or
 * if a value does not match.
 *
 * <p>re2j compiles two things that Go refuses, so they are refused here: nested counts whose
 * product exceeds 1,000, and characters outside ASCII after a backslash (refused here in any
 * position).
 *
 * @see <a href="https://pkg.go.dev/regexp/syntax">Syntax of Go's regular expressions</a>
 */
public final class AgentPattern {
  private static final int HIGHEST_COUNT = 1_000;
  private static final Pattern COUNT = Pattern.compile("\\{([0-9]{1,9})(,([0-9]{0,9}))?\\}");
  private static final Pattern BRACED_ESCAPE = Pattern.compile("\\\\[xpP]\\{[^}]*\\}");
  private static final Pattern CLASS =
      Pattern.compile("\\[\\^?\\]?(\\\\.|\\[:\\^?[a-z]+:\\]|[^]\\\\])*\\]");
  private static final Pattern QUOTED = Pattern.compile("\\\\Q.*?(\\\\E|$)");

  private final com.google.re2j.Pattern compiled;

  private AgentPattern(com.google.re2j.Pattern compiled) {
    this.compiled = compiled;
  }

  /**
   * @throws IllegalArgumentException if the agent cannot read the pattern; the message has the
   *     reason
   */
  public static AgentPattern of(String pattern) {
    if (!pattern.matches("[\\x20-\\x7e]*")) {
      throw new IllegalArgumentException(
          pattern + " contains characters other than printable ASCII");
    }
    // Check this first: re2j would use up the memory of the build.
    long count = nestedCount(pattern);
    if (count > HIGHEST_COUNT) {
      throw new IllegalArgumentException(
          "the agent cannot read it: nested counts multiply to %d, the maximum is %d: %s"
              .formatted(count, HIGHEST_COUNT, pattern));
    }
    try {
      return new AgentPattern(com.google.re2j.Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("the agent cannot read it: " + e.getMessage(), e);
    }
  }

  /** Whether the value contains a match of the pattern, as the agent tests it. */
  public boolean allows(String value) {
    return compiled.matcher(value).find();
  }

  /** The pattern as a string. */
  @Override
  public String toString() {
    return compiled.pattern();
  }

  /** The highest product of nested counts. The pattern may be malformed. */
  private static long nestedCount(String pattern) {
    Deque<Long> outside = new ArrayDeque<>();
    long highest = 1;
    long last = 1;
    int at = 0;
    while (at < pattern.length()) {
      int next = at + 1;
      switch (pattern.charAt(at)) {
        case '\\' -> {
          last = 1;
          next = Math.max(end(QUOTED, pattern, at), end(BRACED_ESCAPE, pattern, at));
          next = Math.max(next, at + 2);
        }
        case '[' -> {
          last = 1;
          next = Math.max(next, end(CLASS, pattern, at));
        }
        case '(' -> {
          outside.push(highest);
          highest = 1;
        }
        case ')' -> {
          last = highest;
          highest = Math.max(outside.isEmpty() ? 1 : outside.pop(), last);
        }
        case '{' -> {
          Matcher count = COUNT.matcher(pattern).region(at, pattern.length());
          if (count.lookingAt()) {
            next = count.end();
            last = Math.min(last * factor(count), Integer.MAX_VALUE);
            highest = Math.max(highest, last);
          }
        }
        case '*', '+', '?' -> {}
        default -> last = 1;
      }
      at = next;
    }
    return highest;
  }

  /** The factor of {@code {n}}, {@code {n,}} or {@code {n,m}}. re2j checks the numbers. */
  private static long factor(Matcher count) {
    String most = count.group(3);
    return Long.parseLong(most == null || most.isEmpty() ? count.group(1) : most);
  }

  private static int end(Pattern what, String pattern, int at) {
    Matcher found = what.matcher(pattern).region(at, pattern.length());
    return found.lookingAt() ? found.end() : at;
  }
}
