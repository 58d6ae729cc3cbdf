package cryptorobot.localcloud.iam.policy;

import java.util.Objects;

/**
 * A pattern of resources.
 *
 * @param shown the same for all environments, for reports
 */
public record ResourcePattern(String pattern, String shown) {
  public ResourcePattern {
    Objects.requireNonNull(pattern, "pattern is null");
    Objects.requireNonNull(shown, "shown is null");
  }
}
