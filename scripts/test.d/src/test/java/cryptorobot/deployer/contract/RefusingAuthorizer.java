package cryptorobot.deployer.contract;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Authorizer;
import cryptorobot.localcloud.aws.protocol.Caller;

/**
 * Refuses unprivileged and throttled callers, each with the error that the called service sends.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">EC2's
 *     codes</a>; those of SNS and of the JSON services are in their API references
 */
final class RefusingAuthorizer implements Authorizer {
  @Override
  public void authorize(Caller caller, String action, JsonNode request) {
    switch (Principal.valueOf(caller.accessKeyId())) {
      case OPERATOR -> {}
      case UNPRIVILEGED -> throw denied(action);
      case THROTTLED -> throw throttled(action);
    }
  }

  private static ApiError denied(String action) {
    String message = caller() + " is not authorized to perform: " + action;
    return switch (action.substring(0, action.indexOf(':'))) {
      case "ec2" -> new ApiError(403, "UnauthorizedOperation", message);
      case "sns" -> new ApiError(403, "AuthorizationError", message);
      default -> new ApiError(400, "AccessDeniedException", message);
    };
  }

  private static String caller() {
    return "User: arn:aws:iam::000000000000:user/unprivileged";
  }

  private static ApiError throttled(String action) {
    return action.startsWith("ec2:")
        ? new ApiError(503, "RequestLimitExceeded", "Request limit exceeded.")
        : new ApiError(400, "ThrottlingException", "Rate exceeded");
  }
}
