package cryptorobot.deployer.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The docstring of a step or of a module that it uses, or the leading comment of a script of {@code
 * bootstrap}, parsed into what the document needs.
 *
 * @param summary the text after {@code <name>:}
 * @param parameters in the order they are declared
 * @param optional the names of parameters, also of used modules, without which the step can run
 * @param timeoutSeconds of the step; 0 if the file does not declare it
 * @param uses the modules whose parameters are the step's too
 */
record Header(
    String summary,
    List<Parameter> parameters,
    List<String> optional,
    int timeoutSeconds,
    List<String> uses) {
  private static final Pattern PARAMETER =
      Pattern.compile("Parameter +(\\S+)(?: +(\\S+)(?: +(.+))?)?");
  private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z0-9]{0,63}");
  private static final Pattern DOCSTRING = Pattern.compile("(r?)\"\"\"(.*?)\"\"\"", Pattern.DOTALL);
  private static final Pattern WORDS = Pattern.compile("(Uses|Optional|Timeout) +(.+)");

  Header {
    parameters = List.copyOf(parameters);
    optional = List.copyOf(optional);
    uses = List.copyOf(uses);
  }

  static Header of(String file, String text) {
    String step = file.replaceFirst("\\.[a-z]+$", "");
    String summary = "";
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    List<String> optional = new ArrayList<>();
    int timeout = 0;
    List<String> uses = new ArrayList<>();
    for (String line : file.endsWith(".py") ? docstring(file, text) : comment(text)) {
      String words = line.replaceFirst("^#!?\\s*", "");
      Matcher parameter = PARAMETER.matcher(words);
      Matcher other = WORDS.matcher(words);
      if (words.startsWith(step + ": ") || words.startsWith(file + ": ")) {
        summary = words.substring(words.indexOf(": ") + 2);
      } else if (parameter.matches()) {
        Parameter declared = parameter(file, parameter);
        if (parameters.put(declared.name(), declared) != null) {
          throw new DocumentRefused(file, "parameter " + declared.name() + " is declared twice");
        }
      } else if (other.matches()) {
        switch (other.group(1)) {
          case "Optional" -> optional.addAll(List.of(other.group(2).trim().split(" +")));
          case "Uses" -> uses.addAll(List.of(other.group(2).trim().split(" +")));
          default -> timeout = seconds(file, other.group(2).trim());
        }
      }
    }
    if (summary.isEmpty()) {
      throw new DocumentRefused(file, "the header does not start with '" + step + ": …'");
    }
    return new Header(summary, List.copyOf(parameters.values()), optional, timeout, uses);
  }

  private static List<String> comment(String text) {
    return text.lines().takeWhile(line -> line.startsWith("#")).toList();
  }

  /** The running step reads the same lines from {@code __doc__}. */
  private static List<String> docstring(String file, String text) {
    Matcher docstring = DOCSTRING.matcher(text);
    if (!docstring.lookingAt()) {
      throw new DocumentRefused(file, "the file does not start with a docstring");
    }
    if (docstring.group(1).isEmpty() && docstring.group(2).contains("\\")) {
      throw new DocumentRefused(file, "the docstring has a backslash and does not start with r");
    }
    return docstring.group(2).lines().toList();
  }

  private static Parameter parameter(String file, Matcher declared) {
    String name = declared.group(1);
    String pattern = declared.group(2);
    if (!NAME.matcher(name).matches()) {
      throw new DocumentRefused(file, "parameter name " + name + " is not like RepositoryUrl");
    }
    if (pattern == null || !pattern.startsWith("^") || !pattern.endsWith("$")) {
      throw new DocumentRefused(file, "parameter " + name + " has no pattern from ^ to $");
    }
    if (declared.group(3) == null) {
      throw new DocumentRefused(file, "parameter " + name + " has no description");
    }
    try {
      // The agent checks a value with the first syntax; Systems Manager supposedly uses the second.
      AgentPattern.of(pattern);
      Pattern.compile(pattern);
    } catch (IllegalArgumentException e) {
      throw new DocumentRefused(file, "parameter " + name + ": " + e.getMessage());
    }
    return new Parameter(name, pattern, declared.group(3));
  }

  private static int seconds(String file, String value) {
    if (!value.matches("[0-9]{1,6}")) {
      throw new DocumentRefused(file, "Timeout " + value + " is not a number of seconds");
    }
    int seconds = Integer.parseInt(value);
    // Outside this range the agent silently uses 3600.
    if (seconds < 5 || seconds > 172_800) {
      throw new DocumentRefused(file, "Timeout " + value + " is not from 5 to 172800 seconds");
    }
    return seconds;
  }
}
