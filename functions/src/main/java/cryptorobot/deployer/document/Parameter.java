package cryptorobot.deployer.document;

import static java.util.Objects.requireNonNull;

/**
 * A parameter of a step as its header declares it: {@code # Parameter Name ^pattern$ Description.}
 *
 * @param name the document parameter's name; the script reads it as {@code SSM_<name>}
 * @param pattern the regular expression that Systems Manager matches a value against; contains no
 *     space
 * @param description one sentence for the reader of the console
 */
record Parameter(String name, String pattern, String description) {
  Parameter {
    requireNonNull(name, "name is null");
    requireNonNull(pattern, "pattern is null");
    requireNonNull(description, "description is null");
  }
}
