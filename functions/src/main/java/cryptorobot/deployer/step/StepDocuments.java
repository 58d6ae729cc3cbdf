package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The documents that this jar was built with.
 *
 * <p>Their names contain a hash of their content. So a function always runs exactly the scripts
 * that it was built and tested with, and a stack can keep older documents for running executions.
 */
final class StepDocuments {

  private final String folder;
  private final String prefix;
  private final JsonNode program;
  private final Map<String, StepDocument> read = new ConcurrentHashMap<>();

  /**
   * @param folder the resource folder with {@code names.json}, {@code program.json} and {@code
   *     <step>.json}
   * @param prefix the prefix of every name, the value of {@code DOCUMENT_PREFIX}
   */
  StepDocuments(String folder, String prefix) {
    this.folder = folder;
    this.prefix = prefix;
    this.program = resource("program.json");
  }

  /** The documents in the jar, with the prefix that the function's environment configures. */
  static StepDocuments packaged(Map<String, String> environment) {
    return new StepDocuments(
        "/documents", environment.getOrDefault("DOCUMENT_PREFIX", "crypto-robot"));
  }

  /** The version of the host program that the steps run in. */
  String programVersion() {
    return program.path("version").asText();
  }

  /** The steps whose documents install the program, in the order they are sent. */
  List<String> installSteps() {
    return IntStream.rangeClosed(1, program.path("parts").asInt())
        .mapToObj(part -> "install-" + part)
        .toList();
  }

  /** Each document is read once, because a warm function runs the same steps many times. */
  StepDocument of(String step) {
    return read.computeIfAbsent(step, this::packaged);
  }

  private StepDocument packaged(String step) {
    JsonNode names = resource("names.json");
    if (!names.has(step)) {
      List<String> known = names.properties().stream().map(Map.Entry::getKey).toList();
      throw new InvalidRequest("$.step", "an unknown step", String.join(", ", known));
    }
    Map<String, JsonNode> declared = new LinkedHashMap<>();
    JsonNode document = resource(step + ".json");
    for (var parameter : document.path("parameters").properties()) {
      declared.put(parameter.getKey(), parameter.getValue());
    }
    long seconds = document.at("/mainSteps/0/inputs/timeoutSeconds").asLong();
    return new StepDocument(
        prefix + "-" + names.get(step).asText(), Duration.ofSeconds(seconds), declared);
  }

  private JsonNode resource(String file) {
    return Json.resource(folder + "/" + file);
  }
}
