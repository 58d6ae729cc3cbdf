package cryptorobot.localcloud.aws.protocol;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The secret keys that sign requests. */
@FunctionalInterface
public interface SecretKeys {
  /** A secret access key and its expiry. */
  record SecretKey(String text, Instant expires) {
    public SecretKey {
      Objects.requireNonNull(text, "text is null");
      Objects.requireNonNull(expires, "expires is null");
    }

    @Override
    public String toString() {
      return "[redacted]";
    }
  }

  /**
   * The secret of an access key id.
   *
   * @param token the session token of the request
   * @return empty if the key does not exist or the token does not belong to it
   */
  Optional<SecretKey> find(String accessKeyId, Optional<String> token);
}
