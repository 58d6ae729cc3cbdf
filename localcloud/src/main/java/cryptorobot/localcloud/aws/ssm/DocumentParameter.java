package cryptorobot.localcloud.aws.ssm;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import cryptorobot.localcloud.aws.protocol.ApiError;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A parameter of a document: a String that reaches the script as {@code SSM_<name>}. */
record DocumentParameter(
    String name,
    String description,
    Optional<String> defaultValue,
    Optional<String> allowedPattern,
    List<String> allowedValues) {
  DocumentParameter {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(description, "description is null");
    allowedValues = List.copyOf(allowedValues);
  }

  /**
   * Checks that the agent, which uses RE2, can read the pattern. The generator of the documents
   * refuses the two forms that RE2/J accepts and the agent does not. The constructor does not check
   * it: a command stored by an earlier build may contain a document that can no longer be sent.
   *
   * @throws IllegalArgumentException if the agent cannot read it
   */
  void checkPattern() {
    try {
      allowedPattern.ifPresent(Pattern::compile);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "parameters." + name + ".allowedPattern: " + e.getMessage(), e);
    }
  }

  /** The value that was sent, or the default. Refuses invalid values as SendCommand does. */
  String value(Optional<List<String>> sent) {
    if (sent.isEmpty()) {
      return defaultValue.orElseThrow(
          () ->
              ApiError.refused(
                  "InvalidParameters", "Parameter \"" + name + "\" requires a value."));
    }
    if (sent.get().size() != 1) {
      throw ApiError.refused(
          "InvalidParameters",
          "Parameter \"" + name + "\" is of type String and takes exactly one value.");
    }
    String value = sent.get().getFirst();
    if (allowedPattern
        .map(Pattern::compile)
        .filter(pattern -> !pattern.matcher(value).find())
        .isPresent()) {
      throw ApiError.refused(
          "InvalidParameters",
          "Parameter \""
              + name
              + "\" has an invalid value: it must match the regular expression: "
              + allowedPattern.get());
    }
    if (value.contains("{{")) {
      // On AWS the agent reads {{ssm:name}} from Parameter Store, even if no script uses it.
      throw ApiError.refused(
          "InvalidParameters",
          "Parameter \"" + name + "\" contains {{, which is not implemented by the agent");
    }
    if (!allowedValues.isEmpty() && !allowedValues.contains(value)) {
      throw ApiError.refused(
          "InvalidParameters",
          "Parameter \"" + name + "\" has an invalid value: allowed are " + allowedValues);
    }
    return value;
  }
}
