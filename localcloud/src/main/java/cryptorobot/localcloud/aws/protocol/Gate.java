package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;

/** Decides whether a caller may do what it asks; the place where IAM is enforced. */
@FunctionalInterface
public interface Gate {
  /** Every call is let in. */
  Gate OPEN = (_, _, _) -> {};

  /**
   * Returns, or throws the {@link ApiError} to answer with.
   *
   * @param action IAM's spelling, such as {@code ssm:SendCommand}
   * @param request the request's fields; AWS Query parameters as a flat object
   */
  void admit(Caller caller, String action, JsonNode request);
}
