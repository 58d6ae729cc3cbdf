package cryptorobot.localcloud.machines;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The temporary credentials of the instances: issued on request, renewed in time, stored only in
 * memory. The access key id identifies the instance and stays the same across a restart of this
 * program.
 */
final class SessionCredentials {
  // As on EC2: valid for about six hours; new credentials are available at least five minutes
  // before.
  private static final Duration LIFETIME = Duration.ofHours(6);
  private static final Duration RENEWAL = Duration.ofMinutes(15);
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  /** A set of credentials. */
  record Session(
      String accessKeyId, String secretAccessKey, String token, Instant updated, Instant expires) {
    @Override
    public String toString() {
      return "Session[" + accessKeyId + ", [redacted]]";
    }
  }

  private final Clock clock;
  private final SessionIssuer issuer;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  SessionCredentials(Clock clock, SessionIssuer issuer) {
    this.clock = clock;
    this.issuer = issuer;
  }

  Session of(String instanceId) {
    Instant now = clock.instant();
    return sessions.compute(
        instanceId,
        (id, known) ->
            known != null && known.expires().isAfter(now.plus(RENEWAL))
                ? known
                : issued(keyIdOf(id), now));
  }

  private Session issued(String accessKeyId, Instant now) {
    Instant expires = now.plus(LIFETIME);
    SessionIssuer.Issued issued = issuer.issue(accessKeyId, expires);
    return new Session(accessKeyId, issued.secretAccessKey(), issued.token(), now, expires);
  }

  /** {@code ASIA} and 16 characters: the format of temporary key ids. */
  static String keyIdOf(String instanceId) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(instanceId.getBytes(StandardCharsets.UTF_8));
      var id = new StringBuilder("ASIA");
      for (int i = 0; i < 16; i++) {
        id.append(ALPHABET.charAt(hash[i] & 31));
      }
      return id.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
