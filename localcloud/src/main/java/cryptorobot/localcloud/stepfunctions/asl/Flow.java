package cryptorobot.localcloud.stepfunctions.asl;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The states of one {@code States} field and the first state. A flow is one variable scope. */
public record Flow(String startAt, Map<String, State> states) {
  public Flow {
    states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    if (!states.containsKey(startAt)) {
      throw new IllegalArgumentException("no state is named " + startAt);
    }
  }

  /** A state by name. Every target in a parsed definition exists. */
  public State state(String name) {
    var state = states.get(name);
    if (state == null) {
      throw new IllegalArgumentException("no state is named " + name);
    }
    return state;
  }
}
