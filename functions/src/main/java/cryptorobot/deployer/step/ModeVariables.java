package cryptorobot.deployer.step;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The variables of a release's {@code .env} that tell the robot whether it is live. */
record ModeVariables(Map<String, String> live, Map<String, String> simulation) {

  Set<String> names() {
    Set<String> names = new TreeSet<>(live.keySet());
    names.addAll(simulation.keySet());
    return names;
  }
}
