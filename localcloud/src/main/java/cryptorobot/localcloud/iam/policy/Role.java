package cryptorobot.localcloud.iam.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A role with all its policies.
 *
 * @param shown the logical id in the template, the same for all environments
 */
public record Role(String name, String shown, List<Statement> statements) {
  public Role {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(shown, "shown is null");
    statements = List.copyOf(statements);
  }

  /** Allows a request if a statement allows it and no statement denies it. */
  public Decision evaluate(AccessRequest request) {
    List<Grant> allowing = new ArrayList<>();
    for (Statement statement : statements) {
      List<Grant> matching = statement.matching(shown, request);
      switch (statement.effect()) {
        case ALLOW -> allowing.addAll(matching);
        case DENY -> {
          if (!matching.isEmpty()) {
            return new Decision.Denied(true);
          }
        }
      }
    }
    return allowing.isEmpty() ? new Decision.Denied(false) : new Decision.Allowed(allowing);
  }

  /** All grants of the role. */
  public List<Grant> grants() {
    return statements.stream().flatMap(statement -> statement.grants(shown).stream()).toList();
  }
}
