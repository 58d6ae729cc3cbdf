package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A case of the conformance suite.
 *
 * @param cites the sentence of the documentation from which the expectation follows
 * @param source the location of the sentence
 * @param states the States of the definition; the first is StartAt
 * @param machine further top-level fields of the definition
 * @param tasks for each function the behaviour of its calls in order; the last one repeats
 */
record ConformanceCase(
    String name,
    String cites,
    String source,
    JsonNode states,
    Map<String, JsonNode> machine,
    JsonNode input,
    Map<String, List<Behaviour>> tasks,
    List<Act> acts,
    Expected expect) {

  /**
   * The behaviour of a function call.
   *
   * @param takes virtual seconds
   * @param echo whether it returns its payload
   * @param size if positive, it returns a string of this length
   */
  record Behaviour(
      JsonNode returns, String fails, String cause, long takes, boolean echo, int size) {}

  /** An external request at a virtual second: the execution is stopped. */
  record Act(long at, JsonNode stop) {}

  /**
   * The expected result. Missing parts are not checked.
   *
   * @param seconds how long the execution takes, in virtual time
   * @param calls of functions, each as [function, second]
   * @param events all event types in order
   * @param details required events by type, with these detail fields
   * @param arguments of all calls in order
   */
  record Expected(
      String status,
      JsonNode output,
      String error,
      String cause,
      String causeContains,
      Double seconds,
      JsonNode calls,
      List<String> events,
      List<Map<String, JsonNode>> details,
      List<JsonNode> arguments) {}

  static List<ConformanceCase> read(Path file) {
    var yaml =
        YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    try {
      return List.of(yaml.readValue(Files.readString(file), ConformanceCase[].class));
    } catch (JsonProcessingException unreadable) {
      throw new IllegalArgumentException(file + ": " + unreadable.getMessage(), unreadable);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(file.toString(), unreadable);
    }
  }

  String definition() {
    var definition = new YAMLMapper().createObjectNode();
    definition.put("QueryLanguage", "JSONata").put("StartAt", states.fieldNames().next());
    if (machine != null) {
      machine.forEach(definition::set);
    }
    return definition
        .<com.fasterxml.jackson.databind.node.ObjectNode>set("States", states)
        .toString();
  }
}
