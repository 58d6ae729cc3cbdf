package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses {@code StartAt} and {@code States} of a state machine, a branch or an ItemProcessor. */
final class FlowParser {
  private static final int LONGEST_NAME = 80;

  private FlowParser() {}

  /** The state names so far; each must be unique in the state machine. */
  static final class Names {
    private final Map<String, String> paths = new HashMap<>();

    void add(String name, String path) throws DefinitionInvalid {
      if (name.isEmpty() || name.codePointCount(0, name.length()) > LONGEST_NAME) {
        throw new DefinitionInvalid(
            path, "a state name of " + name.length() + " characters", "1 to 80 characters");
      }
      var earlier = paths.put(name, path);
      if (earlier != null) {
        throw new DefinitionInvalid(
            path,
            "a state name that " + earlier + " also has",
            "a name that is unique in the machine");
      }
    }
  }

  /**
   * Reads the two fields; the caller reads all others.
   *
   * @param outerVariables names that enclosing flows assign, and that this flow must not assign
   */
  static Flow parse(DefinitionFields fields, Set<String> outerVariables, Names names)
      throws DefinitionInvalid {
    var startAt = fields.requiredText("StartAt");
    var states = DefinitionFields.of(fields.path("States"), fields.required("States"));
    var siblings = states.names();
    requireName(startAt, siblings, fields.path("StartAt"));
    for (var name : siblings) {
      names.add(name, states.path(name));
    }
    var variables = new HashSet<>(outerVariables);
    variables.addAll(assignedIn(fields.required("States")));
    var parsed = new LinkedHashMap<String, State>();
    for (var name : siblings) {
      var state = DefinitionFields.of(states.path(name), states.required(name));
      parsed.put(
          name, new StateParser(name, state, siblings, outerVariables, variables, names).parse());
    }
    requireReachable(startAt, parsed, states);
    return new Flow(startAt, parsed);
  }

  static void requireName(String name, List<String> siblings, String path)
      throws DefinitionInvalid {
    if (!siblings.contains(name)) {
      throw new DefinitionInvalid(
          path,
          "\"" + name + "\"",
          "a state of the same States field: " + String.join(", ", siblings));
    }
  }

  private static void requireReachable(
      String startAt, Map<String, State> states, DefinitionFields fields) throws DefinitionInvalid {
    var reached = new LinkedHashSet<>(Set.of(startAt));
    var open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (var target : states.get(open.remove()).targets()) {
        if (reached.add(target)) {
          open.add(target);
        }
      }
    }
    for (var name : states.keySet()) {
      if (!reached.contains(name)) {
        throw new DefinitionInvalid(
            fields.path(name),
            "a state that no transition reaches",
            "states reachable from StartAt");
      }
    }
  }

  /** Variables that the states of this flow assign, without those of inner flows. */
  private static Set<String> assignedIn(JsonNode states) {
    var assigned = new HashSet<String>();
    for (var state : states) {
      state.path("Assign").fieldNames().forEachRemaining(assigned::add);
      for (var list : List.of("Catch", "Choices")) {
        for (var entry : state.path(list)) {
          entry.path("Assign").fieldNames().forEachRemaining(assigned::add);
        }
      }
    }
    return assigned;
  }
}
