package cryptorobot.localcloud.stepfunctions.asl;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The states beside each other in one {@code States} field, and where to begin. One variable scope.
 */
public record Flow(String startAt, Map<String, State> states) {
  public Flow {
    states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    if (!states.containsKey(startAt)) {
      throw new IllegalArgumentException("no state is named " + startAt);
    }
  }

  /** The state of that name, which every transition of a parsed definition has. */
  public State state(String name) {
    var state = states.get(name);
    if (state == null) {
      throw new IllegalArgumentException("no state is named " + name);
    }
    return state;
  }
}
