package cryptorobot.localcloud.iam.policy;

import java.util.Objects;

/**
 * A pattern of resources.
 *
 * @param shown the pattern for reports, the same for all environments
 */
public record ResourcePattern(String pattern, String shown) {
  public ResourcePattern {
    Objects.requireNonNull(pattern, "pattern is null");
    Objects.requireNonNull(shown, "shown is null");
  }
}
