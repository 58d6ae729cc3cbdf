package cryptorobot.localcloud.iam.policy;

import java.util.List;
import java.util.Objects;

/**
 * A condition on one key: its value must match one of these. A request without the key does not
 * match.
 */
public record Condition(Operator operator, String key, List<String> values) {
  /** How values are compared; both are case-sensitive. */
  public enum Operator {
    STRING_EQUALS,
    STRING_LIKE
  }

  public Condition {
    Objects.requireNonNull(operator, "operator is null");
    Objects.requireNonNull(key, "key is null");
    values = List.copyOf(values);
  }

  boolean matches(AccessRequest request) {
    return request
        .context(key)
        .filter(found -> values.stream().anyMatch(value -> compare(value, found)))
        .isPresent();
  }

  private boolean compare(String value, String found) {
    return switch (operator) {
      case STRING_EQUALS -> value.equals(found);
      case STRING_LIKE -> Wildcards.match(value, found);
    };
  }
}
