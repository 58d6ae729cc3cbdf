package cryptorobot.localcloud.iam.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A role with all its policies.
 *
 * @param shown its logical id in the template, the same for all environments
 */
public record Role(String name, String shown, List<Statement> statements) {
  public Role {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(shown, "shown is null");
    statements = List.copyOf(statements);
  }

  /** Nothing is allowed unless a statement allows it, and what a statement denies never is. */
  public Verdict judge(AccessRequest ask) {
    List<Grant> allowing = new ArrayList<>();
    for (Statement statement : statements) {
      List<Grant> fitting = statement.fitting(shown, ask);
      switch (statement.effect()) {
        case ALLOW -> allowing.addAll(fitting);
        case DENY -> {
          if (!fitting.isEmpty()) {
            return new Verdict.Denied(true);
          }
        }
      }
    }
    return allowing.isEmpty() ? new Verdict.Denied(false) : new Verdict.Allowed(allowing);
  }

  /** All that the role may. */
  public List<Grant> grants() {
    return statements.stream().flatMap(statement -> statement.grants(shown).stream()).toList();
  }
}
