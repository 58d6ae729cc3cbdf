package cryptorobot.localcloud.iam.policy;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An action on a resource. An API request may require several; all must be allowed.
 *
 * @param action such as {@code ssm:SendCommand}
 * @param resource an ARN; {@code *} if the action has no resource types; the plain name of a secret
 *     that does not exist
 * @param context the condition keys that have a value; keys are not case-sensitive
 */
public record AccessRequest(String action, String resource, Map<String, String> context) {
  public AccessRequest {
    Objects.requireNonNull(action, "action is null");
    Objects.requireNonNull(resource, "resource is null");
    Map<String, String> lower = new HashMap<>();
    context.forEach((key, value) -> lower.put(key.toLowerCase(Locale.ROOT), value));
    context = Map.copyOf(lower);
  }

  /** An access request without condition keys. */
  public static AccessRequest of(String action, String resource) {
    return new AccessRequest(action, resource, Map.of());
  }

  Optional<String> context(String key) {
    return Optional.ofNullable(context.get(key.toLowerCase(Locale.ROOT)));
  }
}
