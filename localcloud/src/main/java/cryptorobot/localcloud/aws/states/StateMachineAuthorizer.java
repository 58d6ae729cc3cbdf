package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;

/** Checks the calls of a state machine against its role. */
@FunctionalInterface
public interface StateMachineAuthorizer {
  /** Throws {@code ApiError} if the role does not allow the call. */
  void authorize(String roleArn, String action, JsonNode request);
}
