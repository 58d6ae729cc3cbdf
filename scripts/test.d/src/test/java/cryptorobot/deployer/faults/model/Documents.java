package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The packaged documents by their names, as far as Run Command must know them. */
public final class Documents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, String> steps = new TreeMap<>();
  private final Map<String, Duration> timeouts = new TreeMap<>();

  public Documents() {
    for (var name : read("names").properties()) {
      var document = "crypto-robot-" + name.getValue().asText();
      var seconds = read(name.getKey()).at("/mainSteps/0/inputs/timeoutSeconds").asLong();
      steps.put(document, name.getKey());
      timeouts.put(document, Duration.ofSeconds(seconds));
    }
  }

  private static JsonNode read(String name) {
    try (var in = Documents.class.getResourceAsStream("/documents/" + name + ".json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public java.util.Collection<String> steps() {
    return steps.values();
  }

  String step(String document) {
    return steps.get(document);
  }

  Duration timeout(String document) {
    return timeouts.get(document);
  }
}
