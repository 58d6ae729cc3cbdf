package cryptorobot.localcloud.aws.lambda;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * A Lambda function.
 *
 * @param environment its variables, including those that Lambda sets
 */
public record Function(
    String name,
    String arn,
    String handler,
    String role,
    Duration timeout,
    Map<String, String> environment) {
  public Function {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(arn, "arn is null");
    Objects.requireNonNull(handler, "handler is null");
    Objects.requireNonNull(role, "role is null");
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofMinutes(15)) > 0) {
      throw new IllegalArgumentException("a function's timeout is at most 15 minutes: " + timeout);
    }
    environment = Map.copyOf(environment);
  }
}
