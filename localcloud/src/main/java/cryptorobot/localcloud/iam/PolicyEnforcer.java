package cryptorobot.localcloud.iam;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Authorizer;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.sts.StsApi;
import cryptorobot.localcloud.iam.policy.AccessRequest;
import cryptorobot.localcloud.iam.policy.Decision;

/** Checks every call against the role of its caller, and logs the decision. */
public final class PolicyEnforcer implements Authorizer {
  private final Actors actors;
  private final Requests requests;
  private final AccessDeniedErrors errors;
  private final AccessLog accessLog;

  public PolicyEnforcer(
      Account account, Actors actors, ResourceLookup resources, AccessLog accessLog) {
    this.actors = actors;
    this.requests = new Requests(account, resources);
    this.errors = new AccessDeniedErrors(account);
    this.accessLog = accessLog;
  }

  @Override
  public void authorize(Caller caller, String action, JsonNode request) {
    switch (actors.of(caller.accessKeyId())) {
      case Actor.Operator _ when action.equals("sts:AssumeRole") ->
          checkRole(request.path("RoleArn").asText());
      case Actor.Operator _ -> {}
      case Actor.Unknown _ ->
          throw new ApiError(
              403,
              "UnrecognizedClientException",
              "The security token included in the request is invalid.");
      // Requires no permission, and no policy can deny it.
      case Actor.Assumed _ when action.equals("sts:GetCallerIdentity") -> {}
      case Actor.Assumed assumed ->
          requests.of(action, request).forEach(accessRequest -> evaluate(assumed, accessRequest));
    }
  }

  private void checkRole(String arn) {
    if (!actors.hasRole(StsApi.roleName(arn))) {
      throw new ApiError(
          403,
          "AccessDenied",
          "User is not authorized to perform: sts:AssumeRole on resource: "
              + arn
              + ": the stack has no such role");
    }
  }

  private void evaluate(Actor.Assumed actor, AccessRequest request) {
    switch (actor.role().evaluate(request)) {
      case Decision.Allowed allowed -> accessLog.allowed(actor.arn(), request, allowed.by());
      case Decision.Denied denied -> {
        accessLog.denied(actor.arn(), request);
        throw errors.of(actor.arn(), request, denied);
      }
    }
  }
}
