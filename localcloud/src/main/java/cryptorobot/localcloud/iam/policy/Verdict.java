package cryptorobot.localcloud.iam.policy;

import java.util.List;

/** What a role's policies say to a request. */
public sealed interface Verdict {
  /** Allowed, by these grants. */
  record Allowed(List<Grant> by) implements Verdict {
    public Allowed {
      by = List.copyOf(by);
    }
  }

  /**
   * Not allowed.
   *
   * @param explicit a statement denies it; otherwise just none allows it
   */
  record Denied(boolean explicit) implements Verdict {}
}
