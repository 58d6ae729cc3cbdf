package cryptorobot.localcloud.iam;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.iam.policy.AccessRequest;
import cryptorobot.localcloud.iam.policy.Decision;

/**
 * An access denied error with AWS's message, see <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html">its
 * documentation</a>. Each service has its own error code. EC2's encoded message is omitted.
 */
final class AccessDeniedErrors {
  private final Account account;

  AccessDeniedErrors(Account account) {
    this.account = account;
  }

  ApiError of(String principal, AccessRequest request, Decision.Denied denied) {
    String service = request.action().substring(0, request.action().indexOf(':'));
    return switch (service) {
      case "ec2" ->
          new ApiError(
              403,
              "UnauthorizedOperation",
              "You are not authorized to perform this operation. "
                  + text(principal, request, request.action(), denied));
      case "sns" ->
          new ApiError(
              403,
              "AuthorizationError",
              text(principal, request, request.action().replace("sns:", "SNS:"), denied));
      case "sts" ->
          new ApiError(403, "AccessDenied", text(principal, request, request.action(), denied));
      case "lambda" ->
          new ApiError(
              403, "AccessDeniedException", text(principal, request, request.action(), denied));
      default ->
          ApiError.refused(
              "AccessDeniedException", text(principal, request, request.action(), denied));
    };
  }

  private String text(
      String principal, AccessRequest request, String action, Decision.Denied denied) {
    return "User: %s is not authorized to perform: %s%s %s"
        .formatted(
            principal,
            action,
            resource(request),
            denied.explicit()
                ? "with an explicit deny in an identity-based policy"
                : "because no identity-based policy allows the " + action + " action");
  }

  private String resource(AccessRequest request) {
    if (!request.resource().equals("*")) {
      return " on resource: " + request.resource();
    }
    String service = request.action().substring(0, request.action().indexOf(':'));
    return service.equals("ec2") ? "" : " on resource: " + account.arn(service, "*");
  }
}
