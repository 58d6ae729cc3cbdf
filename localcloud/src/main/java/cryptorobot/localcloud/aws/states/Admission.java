package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;

/** Whether the state machines' role allows a call they make themselves. */
@FunctionalInterface
public interface Admission {
  /** Throws {@code ApiError} when it does not. */
  void admit(String action, JsonNode request);
}
