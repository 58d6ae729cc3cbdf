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
 * One case of the conformance suite.
 *
 * @param cites the sentence of the documentation that the expectation rests on
 * @param source where the sentence stands
 * @param states the definition's States; the first one starts
 * @param machine further top-level fields of the definition
 * @param tasks per function what its calls do one after the other; the last one repeats
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
   * What a function does when called.
   *
   * @param takes virtual seconds
   * @param echo whether it returns what it was given
   * @param size when positive, it returns a string that long
   */
  record Behaviour(
      JsonNode returns, String fails, String cause, long takes, boolean echo, int size) {}

  /** Something from outside at that virtual second: the execution is stopped. */
  record Act(long at, JsonNode stop) {}

  /**
   * What must come of it. Absent parts are not looked at.
   *
   * @param seconds how long the execution takes, in virtual time
   * @param calls of functions, each as [function, second]
   * @param events all event types in order
   * @param details events that must be there, by type, with these detail fields among others
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
