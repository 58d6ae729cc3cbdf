package cryptorobot.localcloud.iam;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.Gate;
import cryptorobot.localcloud.aws.sts.StsApi;
import cryptorobot.localcloud.iam.policy.AccessRequest;
import cryptorobot.localcloud.iam.policy.Verdict;

/** Holds every call against its caller's role, and notes what came of it. */
public final class PolicyEnforcer implements Gate {
  private final Actors actors;
  private final Requests requests;
  private final AccessDeniedErrors refusals;
  private final AccessLog ledger;

  public PolicyEnforcer(
      Account account, Actors actors, ResourceLookup surroundings, AccessLog ledger) {
    this.actors = actors;
    this.requests = new Requests(account, surroundings);
    this.refusals = new AccessDeniedErrors(account);
    this.ledger = ledger;
  }

  @Override
  public void admit(Caller caller, String action, JsonNode request) {
    switch (actors.of(caller.accessKeyId())) {
      case Actor.Operator _ when action.equals("sts:AssumeRole") ->
          checkRole(request.path("RoleArn").asText());
      case Actor.Operator _ -> {}
      case Actor.Stranger _ ->
          throw new ApiError(
              403,
              "UnrecognizedClientException",
              "The security token included in the request is invalid.");
      // Needs no permission, and no policy can take it away.
      case Actor.Assumed _ when action.equals("sts:GetCallerIdentity") -> {}
      case Actor.Assumed assumed ->
          requests.of(action, request).forEach(ask -> judge(assumed, ask));
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

  private void judge(Actor.Assumed actor, AccessRequest ask) {
    switch (actor.role().judge(ask)) {
      case Verdict.Allowed allowed -> ledger.allowed(actor.arn(), ask, allowed.by());
      case Verdict.Denied denied -> {
        ledger.denied(actor.arn(), ask);
        throw refusals.of(actor.arn(), ask, denied);
      }
    }
  }
}
