package cryptorobot.localcloud.iam.policy;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One thing somebody wants to do; a request may be several, all of which must be allowed.
 *
 * @param action such as {@code ssm:SendCommand}
 * @param resource an ARN; {@code *} where the action knows no resources; the bare name of a secret
 *     that does not exist
 * @param context condition keys that have a value; the names of keys have no case
 */
public record AccessRequest(String action, String resource, Map<String, String> context) {
  public AccessRequest {
    Objects.requireNonNull(action, "action is null");
    Objects.requireNonNull(resource, "resource is null");
    Map<String, String> lower = new HashMap<>();
    context.forEach((key, value) -> lower.put(key.toLowerCase(Locale.ROOT), value));
    context = Map.copyOf(lower);
  }

  /** Without any condition key. */
  public static AccessRequest of(String action, String resource) {
    return new AccessRequest(action, resource, Map.of());
  }

  Optional<String> context(String key) {
    return Optional.ofNullable(context.get(key.toLowerCase(Locale.ROOT)));
  }
}
