package cryptorobot.deployer.document;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A module of the host program as an instance gets it: the source without what only its reader
 * needs. Comments and docstrings become empty, and every line keeps its number, so that a traceback
 * has the line numbers of the source. The docstring of a module keeps the lines that declare
 * something, because the program reads them.
 */
final class PackedModule {
  private static final String QUOTES = "\"\"\"";
  private static final Pattern START = Pattern.compile(" *r?\"\"\".*");
  private static final Pattern DECLARATION =
      Pattern.compile("(Parameter|Optional|Uses|Timeout) .*");

  private final List<String> lines = new ArrayList<>();
  private boolean isInString;
  private boolean isInDocstring;
  private boolean isModuleDocstring;

  /** The last line with code, or null before the first. */
  private String last;

  private PackedModule() {}

  /**
   * @param source a module whose strings of several lines are in three double quotes, and whose
   *     docstrings follow their definition's line that ends with a colon
   */
  static String of(String source) {
    var module = new PackedModule();
    source.lines().forEach(module::add);
    return String.join("\n", module.lines) + "\n";
  }

  private void add(String line) {
    if (isInDocstring) {
      inDocstring(line);
    } else if (isInString) {
      lines.add(line);
      isInString = !endsString(line);
    } else if (line.stripLeading().startsWith("#")) {
      lines.add("");
    } else if (isDocstring(line)) {
      startDocstring(line);
    } else {
      lines.add(line);
      isInString = endsString(line);
      last = line.isBlank() ? last : line;
    }
  }

  private boolean isDocstring(String line) {
    return START.matcher(line).matches() && (last == null || last.stripTrailing().endsWith(":"));
  }

  private void startDocstring(String line) {
    isModuleDocstring = last == null;
    isInDocstring = endsString(line);
    int indent = line.length() - line.stripLeading().length();
    String quotes = line.stripLeading().startsWith("r") ? "r" + QUOTES : QUOTES;
    lines.add(" ".repeat(indent) + quotes + (isInDocstring ? "" : QUOTES));
    last = line;
  }

  private void inDocstring(String line) {
    isInDocstring = !endsString(line);
    boolean isKept = isModuleDocstring && DECLARATION.matcher(line).matches();
    lines.add(isKept ? line : isInDocstring ? "" : QUOTES);
  }

  /** Whether a line starts or ends a string of several lines: an odd number of its quotes. */
  private static boolean endsString(String line) {
    return line.split(QUOTES, -1).length % 2 == 0;
  }
}
