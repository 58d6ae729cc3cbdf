package cryptorobot.localcloud.aws.secrets;

import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One version of a secret. It never prints its value.
 *
 * @param binary whether the value is SecretBinary, as base64
 */
record Version(String id, String value, boolean binary, Instant createdAt, Set<String> stages) {
  private static final int LARGEST = 65_536;

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

  /** The version to create for a request; empty if the request has no value. */
  static Optional<Version> requested(RequestFields request, Set<String> stages, Instant now) {
    Optional<String> text = request.find("SecretString");
    Optional<String> binary = request.find("SecretBinary");
    if (text.isPresent() && binary.isPresent()) {
      throw ApiError.refused(
          "InvalidParameterException", "You can't specify both SecretString and SecretBinary.");
    }
    Optional<String> value = text.or(() -> binary);
    if (value.filter(v -> v.getBytes(StandardCharsets.UTF_8).length > LARGEST).isPresent()) {
      throw ApiError.invalid("The secret value is longer than 65536 bytes");
    }
    String id = request.find("ClientRequestToken").orElseGet(() -> UUID.randomUUID().toString());
    if (id.length() < 32 || id.length() > 64) {
      throw ApiError.refused(
          "InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
    }
    return value.map(v -> new Version(id, v, binary.isPresent(), now, stages));
  }
}
