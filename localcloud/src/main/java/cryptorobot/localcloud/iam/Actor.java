package cryptorobot.localcloud.iam;

import cryptorobot.localcloud.iam.policy.Role;
import java.util.Objects;

/** Who makes a call. */
sealed interface Actor {
  /** The person at this machine, who may do everything. */
  record Operator() implements Actor {}

  /**
   * Somebody under a role of the template.
   *
   * @param arn as GetCallerIdentity tells it
   */
  record Assumed(Role role, String arn) implements Actor {
    public Assumed {
      Objects.requireNonNull(role, "role is null");
      Objects.requireNonNull(arn, "arn is null");
    }
  }

  /** Credentials whose role is not there, or not there any more. */
  record Stranger() implements Actor {}
}
