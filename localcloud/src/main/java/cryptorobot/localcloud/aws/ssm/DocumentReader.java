package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads documents of schema 2.2 with one {@code aws:runShellScript} step. Features that the local
 * agent does not implement are refused when the local cloud starts, not ignored when the document
 * runs.
 */
final class DocumentReader {
  private final String name;

  DocumentReader(String name) {
    this.name = name;
  }

  Document read(String content) {
    JsonNode root;
    try {
      root = AwsJson.parse(content);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("document " + name + " is not JSON", e);
    }
    only(root, "", Set.of("schemaVersion", "description", "parameters", "mainSteps"));
    require(root.path("schemaVersion").asText().equals("2.2"), "schemaVersion must be 2.2");
    require(root.path("mainSteps").size() == 1, "mainSteps must hold exactly one step");
    JsonNode step = root.path("mainSteps").get(0);
    only(step, "mainSteps[0].", Set.of("name", "action", "inputs", "precondition"));
    require(
        step.path("action").asText().equals("aws:runShellScript"),
        "the action must be aws:runShellScript");
    JsonNode inputs = step.path("inputs");
    only(inputs, "mainSteps[0].inputs.", Set.of("runCommand", "timeoutSeconds"));
    List<String> script = new ArrayList<>();
    inputs.path("runCommand").forEach(line -> script.add(line.textValue()));
    require(!script.isEmpty(), "runCommand is empty");
    require(script.stream().noneMatch(line -> line.contains("{{")), "runCommand contains {{");
    return new Document(
        name,
        content,
        root.path("description").asText(),
        step.path("name").asText(),
        parameters(root.path("parameters")),
        script,
        executionTimeout(inputs.path("timeoutSeconds").asLong()));
  }

  /** Like the agent, silently replaces a timeout that is too short or too long by one hour. */
  private static Duration executionTimeout(long seconds) {
    return Duration.ofSeconds(seconds < 5 || seconds > 172_800 ? 3600 : seconds);
  }

  private List<DocumentParameter> parameters(JsonNode node) {
    List<DocumentParameter> parameters = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode definition = entry.getValue();
      String path = "parameters." + entry.getKey() + ".";
      only(
          definition,
          path,
          Set.of(
              "type",
              "description",
              "default",
              "allowedPattern",
              "allowedValues",
              "interpolationType"));
      require(definition.path("type").asText().equals("String"), path + "type must be String");
      require(
          definition.path("interpolationType").asText().equals("ENV_VAR"),
          path + "interpolationType must be ENV_VAR");
      List<String> values = new ArrayList<>();
      definition.path("allowedValues").forEach(value -> values.add(value.textValue()));
      parameters.add(
          new DocumentParameter(
              entry.getKey(),
              definition.path("description").asText(),
              Optional.ofNullable(definition.path("default").textValue()),
              Optional.ofNullable(definition.path("allowedPattern").textValue()),
              values));
    }
    return parameters;
  }

  private void only(JsonNode node, String path, Set<String> known) {
    require(node.isObject(), path + " must be an object");
    node.fieldNames()
        .forEachRemaining(
            field ->
                require(known.contains(field), path + field + " is not implemented by the agent"));
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("document " + name + ": " + problem);
    }
  }
}
