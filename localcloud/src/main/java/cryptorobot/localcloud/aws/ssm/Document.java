package cryptorobot.localcloud.aws.ssm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A command document with one shell script.
 *
 * @param content the original JSON text, from which the hash is computed
 */
record Document(
    String name,
    String content,
    String description,
    String stepName,
    List<DocumentParameter> parameters,
    List<String> script,
    Duration executionTimeout) {
  Document {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(content, "content is null");
    parameters = List.copyOf(parameters);
    script = List.copyOf(script);
  }

  /** The file that the agent writes: the lines of {@code runCommand}. */
  String scriptText() {
    return String.join("\n", script) + "\n";
  }

  /**
   * The variables that the agent sets for the script: every declared parameter, including defaults.
   */
  Map<String, String> environment(Map<String, List<String>> sent) {
    Map<String, String> variables = new TreeMap<>();
    for (DocumentParameter parameter : parameters) {
      variables.put(
          "SSM_" + parameter.name(),
          parameter.value(Optional.ofNullable(sent.get(parameter.name()))));
    }
    return variables;
  }
}
