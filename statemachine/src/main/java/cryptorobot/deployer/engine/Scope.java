package cryptorobot.deployer.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** The variables of one flow. Flows inside read them, but set only their own. */
final class Scope {
  private static final long MOST_BYTES = 10L * 1024 * 1024;

  private final Map<String, JsonNode> visible;

  private Scope(Map<String, JsonNode> visible) {
    this.visible = visible;
  }

  static Scope outermost() {
    return new Scope(new HashMap<>());
  }

  /**
   * A scope for a branch or an iteration. The flow around it rests meanwhile, so a copy will do.
   */
  Scope inner() {
    return new Scope(new HashMap<>(visible));
  }

  Map<String, JsonNode> visible() {
    return visible;
  }

  void assign(Map<String, JsonNode> values) throws StateFailed {
    long assigned = values.values().stream().mapToLong(Payload::bytes).sum();
    if (assigned > Payload.MOST_BYTES) {
      throw StateFailed.dataLimitExceeded(
          "The Assign field gives variables a size exceeding the maximum number of bytes service limit.");
    }
    var after = new HashMap<>(visible);
    after.putAll(values);
    if (after.values().stream().mapToLong(Payload::bytes).sum() > MOST_BYTES) {
      throw StateFailed.dataLimitExceeded("All variables together exceed 10 MiB.");
    }
    visible.putAll(values);
  }
}
