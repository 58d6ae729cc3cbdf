package cryptorobot.localcloud.aws;

import java.util.Objects;

/**
 * The names of what belongs to one environment: {@code <prefix>_<environment>-…}, where characters
 * other than letters and digits are hyphens. A prefix contains no underscore, so no pattern for one
 * prefix matches a name of another.
 */
public record EnvironmentName(String prefix, String environment) {
  public EnvironmentName {
    Objects.requireNonNull(prefix, "prefix is null");
    Objects.requireNonNull(environment, "environment is null");
  }

  /** Two environments that differ only by punctuation have the same id. */
  public String id() {
    return environment.replaceAll("[^A-Za-z0-9]", "-");
  }

  /** Whether the resources of two environments would have the same names. */
  public boolean collidesWith(EnvironmentName other) {
    return !equals(other) && prefix.equals(other.prefix) && id().equals(other.id());
  }

  /**
   * @param kind such as {@code deploy}
   */
  public String stateMachine(String kind) {
    return prefix + "_" + id() + "-" + kind;
  }
}
