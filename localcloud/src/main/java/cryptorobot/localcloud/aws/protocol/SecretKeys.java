package cryptorobot.localcloud.aws.protocol;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The secret keys that requests are signed with. */
@FunctionalInterface
public interface SecretKeys {
  /** A secret access key and when it ends. */
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
   * @param token the session token that came with it
   * @return empty when nobody has that key, or the token is not its own
   */
  Optional<SecretKey> find(String accessKeyId, Optional<String> token);
}
