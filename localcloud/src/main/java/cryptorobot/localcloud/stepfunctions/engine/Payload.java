package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** The size limit of all data that passes between states. */
final class Payload {
  /** 256 KiB, as in AWS's quotas. */
  static final int MOST_BYTES = 262_144;

  private Payload() {}

  static boolean fits(JsonNode value) {
    return bytes(value) <= MOST_BYTES;
  }

  static int bytes(JsonNode value) {
    return value.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  static JsonNode require(JsonNode value, String what) throws StateFailed {
    if (!fits(value)) {
      throw StateFailed.dataLimitExceeded(
          what + " with a size exceeding the maximum number of bytes service limit.");
    }
    return value;
  }
}
