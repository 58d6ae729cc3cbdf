package cryptorobot.deployer.document;

import static java.util.Objects.requireNonNull;

/**
 * A parameter of a step as its header declares it: {@code # Parameter Name ^pattern$ Description.}
 *
 * @param name the document parameter's name; the script reads it as {@code SSM_<name>}
 * @param pattern the regular expression that Systems Manager matches a value against; contains no
 *     space
 * @param description one sentence for the reader of the console
 * @param optional whether the document has an empty default, which the pattern allows then
 */
record Parameter(String name, String pattern, String description, boolean optional) {
  Parameter {
    requireNonNull(name, "name is null");
    requireNonNull(pattern, "pattern is null");
    requireNonNull(description, "description is null");
  }

  Parameter(String name, String pattern, String description) {
    this(name, pattern, description, false);
  }

  /** The same parameter for a step that can be run without it. */
  Parameter asOptional() {
    String inside = pattern.substring(1, pattern.length() - 1);
    return new Parameter(name, "^(|" + inside + ")$", description, true);
  }
}
