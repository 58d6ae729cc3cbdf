package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;

/** Checks calls that the state machines make themselves against their role. */
@FunctionalInterface
public interface StateMachineAuthorizer {
  /** Throws {@code ApiError} if the role does not allow the call. */
  void authorize(String action, JsonNode request);
}
