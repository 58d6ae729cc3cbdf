package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The documents this jar was built with.
 *
 * <p>Their names carry a hash of their content, so a function always runs the very scripts it was
 * built and tested with, and a stack may keep older ones for executions that still run.
 */
final class StepDocuments {

  private final String folder;
  private final String prefix;
  private final Map<String, StepDocument> read = new ConcurrentHashMap<>();

  /**
   * @param folder the resource folder with {@code names.json} and {@code <step>.json}
   * @param prefix what stands before every name, of {@code DOCUMENT_PREFIX}
   */
  StepDocuments(String folder, String prefix) {
    this.folder = folder;
    this.prefix = prefix;
  }

  /** The documents in the jar, named as the function's environment says. */
  static StepDocuments packaged(Map<String, String> environment) {
    return new StepDocuments(
        "/documents", environment.getOrDefault("DOCUMENT_PREFIX", "crypto-robot"));
  }

  /** Read once: a warm function is asked for the same steps again and again. */
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
    try (InputStream in = StepDocuments.class.getResourceAsStream(folder + "/" + file)) {
      if (in == null) {
        throw new IllegalStateException(folder + "/" + file + " is not in the jar");
      }
      return Json.tree(in);
    } catch (IOException e) {
      throw new IllegalStateException(folder + "/" + file + " cannot be read", e);
    }
  }
}
