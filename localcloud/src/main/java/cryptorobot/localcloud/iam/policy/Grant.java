package cryptorobot.localcloud.iam.policy;

import java.util.Comparator;
import java.util.Objects;

/**
 * The smallest permission of a role: one action of one statement on one of its resources. Role and
 * resource have their names from the template, with <code>${Environment}</code> in place of
 * environments.
 */
public record Grant(String role, String statement, String action, String resource)
    implements Comparable<Grant> {
  private static final Comparator<Grant> ORDER =
      Comparator.comparing(Grant::role)
          .thenComparing(Grant::statement)
          .thenComparing(Grant::action)
          .thenComparing(Grant::resource);

  public Grant {
    Objects.requireNonNull(role, "role is null");
    Objects.requireNonNull(statement, "statement is null");
    Objects.requireNonNull(action, "action is null");
    Objects.requireNonNull(resource, "resource is null");
  }

  @Override
  public int compareTo(Grant other) {
    return ORDER.compare(this, other);
  }
}
