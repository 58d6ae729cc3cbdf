package cryptorobot.localcloud.iam;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.iam.policy.AccessRequest;
import cryptorobot.localcloud.iam.policy.Verdict;

/**
 * A refusal in AWS's words, after <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html">its
 * documentation</a>; each service has its own code. EC2's encoded message is left out.
 */
final class AccessDeniedErrors {
  private final Account account;

  AccessDeniedErrors(Account account) {
    this.account = account;
  }

  ApiError of(String who, AccessRequest ask, Verdict.Denied denied) {
    String service = ask.action().substring(0, ask.action().indexOf(':'));
    return switch (service) {
      case "ec2" ->
          new ApiError(
              403,
              "UnauthorizedOperation",
              "You are not authorized to perform this operation. "
                  + text(who, ask, ask.action(), denied));
      case "sns" ->
          new ApiError(
              403,
              "AuthorizationError",
              text(who, ask, ask.action().replace("sns:", "SNS:"), denied));
      case "sts" -> new ApiError(403, "AccessDenied", text(who, ask, ask.action(), denied));
      case "lambda" ->
          new ApiError(403, "AccessDeniedException", text(who, ask, ask.action(), denied));
      default -> ApiError.refused("AccessDeniedException", text(who, ask, ask.action(), denied));
    };
  }

  private String text(String who, AccessRequest ask, String action, Verdict.Denied denied) {
    return "User: %s is not authorized to perform: %s%s %s"
        .formatted(
            who,
            action,
            resource(ask),
            denied.explicit()
                ? "with an explicit deny in an identity-based policy"
                : "because no identity-based policy allows the " + action + " action");
  }

  private String resource(AccessRequest ask) {
    if (!ask.resource().equals("*")) {
      return " on resource: " + ask.resource();
    }
    String service = ask.action().substring(0, ask.action().indexOf(':'));
    return service.equals("ec2") ? "" : " on resource: " + account.arn(service, "*");
  }
}
