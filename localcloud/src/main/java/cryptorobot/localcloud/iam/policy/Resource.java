package cryptorobot.localcloud.iam.policy;

import java.util.Objects;

/**
 * A pattern of resources.
 *
 * @param shown the same for all environments, for reports
 */
public record Resource(String pattern, String shown) {
  public Resource {
    Objects.requireNonNull(pattern, "pattern is null");
    Objects.requireNonNull(shown, "shown is null");
  }
}
