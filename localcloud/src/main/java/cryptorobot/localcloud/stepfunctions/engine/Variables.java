package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** The variables of a flow. Inner flows can read them, but set only their own variables. */
final class Variables {
  private static final long MOST_BYTES = 10L * 1024 * 1024;

  private final Map<String, JsonNode> visible;
  private final Map<String, Integer> bytes;

  private Variables(Map<String, JsonNode> visible, Map<String, Integer> bytes) {
    this.visible = visible;
    this.bytes = bytes;
  }

  static Variables outermost() {
    return new Variables(new HashMap<>(), new HashMap<>());
  }

  /**
   * A scope for a branch or an iteration. The enclosing flow waits meanwhile, so a copy is
   * sufficient.
   */
  Variables inner() {
    return new Variables(new HashMap<>(visible), new HashMap<>(bytes));
  }

  Map<String, JsonNode> visible() {
    return visible;
  }

  void assign(Map<String, JsonNode> values) throws StateFailed {
    if (values.isEmpty()) {
      return;
    }
    var assigned = new HashMap<String, Integer>();
    values.forEach((name, value) -> assigned.put(name, Payload.bytes(value)));
    if (sum(assigned) > Payload.MOST_BYTES) {
      throw StateFailed.dataLimitExceeded(
          "The Assign field gives variables a size exceeding the maximum number of bytes service limit.");
    }
    var after = new HashMap<>(bytes);
    after.putAll(assigned);
    if (sum(after) > MOST_BYTES) {
      throw StateFailed.dataLimitExceeded("All variables together exceed 10 MiB.");
    }
    visible.putAll(values);
    bytes.putAll(assigned);
  }

  private static long sum(Map<String, Integer> bytes) {
    return bytes.values().stream().mapToLong(Integer::longValue).sum();
  }
}
