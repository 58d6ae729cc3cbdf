package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;

/** Decides whether a caller may make a request. IAM is enforced here. */
@FunctionalInterface
public interface Authorizer {
  /** Allows every call. */
  Authorizer OPEN = (_, _, _) -> {};

  /**
   * Returns if the call is allowed; otherwise throws the {@link ApiError} to respond with.
   *
   * @param action an IAM action such as {@code ssm:SendCommand}
   * @param request the request's fields; AWS Query parameters as a flat object
   */
  void authorize(Caller caller, String action, JsonNode request);
}
