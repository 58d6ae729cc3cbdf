package cryptorobot.localcloud.iam.policy;

import java.util.List;

/** The decision of a role's policies on a request. */
public sealed interface Decision {
  /** Allowed, by these grants. */
  record Allowed(List<Grant> by) implements Decision {
    public Allowed {
      by = List.copyOf(by);
    }
  }

  /**
   * Not allowed.
   *
   * @param explicit true if a statement denies it; false if no statement allows it
   */
  record Denied(boolean explicit) implements Decision {}
}
