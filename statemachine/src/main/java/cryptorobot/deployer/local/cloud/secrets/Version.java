package cryptorobot.deployer.local.cloud.secrets;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * One version of a secret. It never prints its value.
 *
 * @param binary whether the value is SecretBinary, as base64
 */
record Version(String id, String value, boolean binary, Instant createdAt, Set<String> stages) {
  Version {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(value, "value is null");
    Objects.requireNonNull(createdAt, "createdAt is null");
    stages = Set.copyOf(stages);
  }

  Version with(Set<String> newStages) {
    return new Version(id, value, binary, createdAt, newStages);
  }

  boolean sameValue(Version other) {
    return value.equals(other.value) && binary == other.binary;
  }

  @Override
  public String toString() {
    return "Version[" + id + " " + stages + " [redacted]]";
  }
}
