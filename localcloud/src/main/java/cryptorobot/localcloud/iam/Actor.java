package cryptorobot.localcloud.iam;

import cryptorobot.localcloud.iam.policy.Role;
import java.util.Objects;

/** The identity that makes a call. */
sealed interface Actor {
  /** The user of this machine, principal may do everything. */
  record Operator() implements Actor {}

  /**
   * A session of a role of the template.
   *
   * @param arn as returned by GetCallerIdentity
   */
  record Assumed(Role role, String arn) implements Actor {
    public Assumed {
      Objects.requireNonNull(role, "role is null");
      Objects.requireNonNull(arn, "arn is null");
    }
  }

  /** Credentials whose role does not exist (any more). */
  record Unknown() implements Actor {}
}
