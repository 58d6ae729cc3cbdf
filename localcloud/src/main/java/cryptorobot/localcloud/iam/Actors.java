package cryptorobot.localcloud.iam;

import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.iam.policy.Role;
import cryptorobot.localcloud.iam.template.StackRoles;
import cryptorobot.localcloud.machines.LocalInstance;
import java.util.Optional;
import java.util.function.Function;

/** The identity of an access key id. */
public final class Actors {
  private final Principals principals;
  private final CurrentRoles roles;
  private final Function<String, Optional<LocalInstance>> instanceOfKey;
  private final String operatorKey;

  /**
   * @param operatorKey the operator's access key id
   * @param instanceOfKey maps an access key id to the instance that received it
   */
  public Actors(
      Principals principals,
      CurrentRoles roles,
      String operatorKey,
      Function<String, Optional<LocalInstance>> instanceOfKey) {
    this.operatorKey = operatorKey;
    this.principals = principals;
    this.roles = roles;
    this.instanceOfKey = instanceOfKey;
  }

  Actor of(String accessKeyId) {
    if (accessKeyId.equals(operatorKey)) {
      return new Actor.Operator();
    }
    StackRoles now = roles.get();
    return principals
        .role(accessKeyId)
        .flatMap(name -> named(name, now))
        .or(
            () ->
                instanceOfKey
                    .apply(accessKeyId)
                    .map(machine -> now.instances().get(machine.environment())))
        .<Actor>map(role -> new Actor.Assumed(role, principals.arn(accessKeyId)))
        .orElseGet(Actor.Unknown::new);
  }

  /** Whether the stack has a role of this name. */
  boolean hasRole(String name) {
    return named(name, roles.get()).isPresent();
  }

  private static Optional<Role> named(String name, StackRoles now) {
    return Optional.ofNullable(now.functions().get(name))
        .or(() -> Optional.ofNullable(now.others().get(name)))
        .or(
            () ->
                now.machines().values().stream()
                    .filter(role -> role.name().equals(name))
                    .findFirst());
  }
}
