package cryptorobot.localcloud.iam.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;

/** One statement of a role's policies. */
public record Statement(
    String sid,
    Effect effect,
    List<String> actions,
    List<ResourcePattern> resources,
    List<Condition> conditions) {
  /** The effect of a statement on matching requests. */
  public enum Effect {
    ALLOW,
    DENY
  }

  public Statement {
    Objects.requireNonNull(sid, "sid is null");
    Objects.requireNonNull(effect, "effect is null");
    actions = List.copyOf(actions);
    resources = List.copyOf(resources);
    conditions = List.copyOf(conditions);
    if (sid.isEmpty() || actions.isEmpty() || resources.isEmpty()) {
      throw new IllegalArgumentException("a statement requires a Sid, an Action and a Resource");
    }
  }

  /** The grants of this statement that match the request. */
  List<Grant> matching(String role, AccessRequest request) {
    if (!conditions.stream().allMatch(condition -> condition.matches(request))) {
      return List.of();
    }
    return pairs(
        role,
        (action, resource) ->
            Wildcards.matchAction(action, request.action())
                && Wildcards.matchArn(resource.pattern(), request.resource()));
  }

  /** All grants of this statement. */
  List<Grant> grants(String role) {
    return effect == Effect.ALLOW ? pairs(role, (_, _) -> true) : List.of();
  }

  private List<Grant> pairs(String role, BiPredicate<String, ResourcePattern> which) {
    List<Grant> found = new ArrayList<>();
    for (String action : actions) {
      for (ResourcePattern resource : resources) {
        if (which.test(action, resource)) {
          found.add(new Grant(role, sid, action, resource.shown()));
        }
      }
    }
    return found;
  }
}
