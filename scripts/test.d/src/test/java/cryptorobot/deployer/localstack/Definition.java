package cryptorobot.deployer.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A machine's definition as CreateStateMachine expects it, and which of its states are in one flow.
 */
final class Definition {
  private final JsonNode root;

  private Definition(JsonNode root) {
    this.root = root;
  }

  /** The definition of this machine, such as deploy. */
  static Definition read(String machine) throws IOException {
    String text =
        Files.readString(Path.of("../../statemachine", machine + ".asl.yaml"))
            .replaceAll(
                "\\$\\{([A-Za-z]+)Function}",
                "arn:aws:lambda:us-east-1:000000000000:function:crypto-robot-$1")
            .replace("${Environment}", "crypto-robot.local")
            .replaceAll("\\$\\{(RepositoryUrl|ApplicationPath)}", "")
            .replace("${ShipLogs}", "false")
            .replace("${SystemPackages}", "");
    return new Definition(new YAMLMapper().readTree(text));
  }

  String json() {
    return root.toString();
  }

  /** The Task states by name, those inside branches too. */
  Map<String, JsonNode> tasks() {
    Map<String, JsonNode> tasks = new LinkedHashMap<>();
    for (ObjectNode flow : flows()) {
      for (Map.Entry<String, JsonNode> state : flow.properties()) {
        if (state.getValue().path("Type").asText().equals("Task")) {
          tasks.put(state.getKey(), state.getValue());
        }
      }
    }
    return tasks;
  }

  /** The names of all states. */
  Set<String> states() {
    Set<String> names = new LinkedHashSet<>();
    flows().forEach(flow -> flow.fieldNames().forEachRemaining(names::add));
    return names;
  }

  /**
   * The entered states of each flow. Branches run in parallel, so only the order within a flow is
   * defined.
   */
  List<List<String>> byFlow(List<String> entered) {
    return flows().stream().map(flow -> entered.stream().filter(flow::has).toList()).toList();
  }

  /** The states of the machine itself first, then of each branch. */
  private List<ObjectNode> flows() {
    List<ObjectNode> flows = new ArrayList<>();
    collect(root, flows);
    return flows;
  }

  private static void collect(JsonNode flow, List<ObjectNode> into) {
    ObjectNode states = (ObjectNode) flow.get("States");
    into.add(states);
    for (JsonNode state : states) {
      state.path("Branches").forEach(branch -> collect(branch, into));
    }
  }
}
