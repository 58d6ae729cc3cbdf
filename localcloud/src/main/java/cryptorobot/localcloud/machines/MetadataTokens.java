package cryptorobot.localcloud.machines;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The session tokens of the metadata service; each is valid for one instance and a limited time.
 */
final class MetadataTokens {
  /** The longest time to live of a token: six hours. */
  static final int LONGEST_SECONDS = 21_600;

  private record Grant(String instanceId, Instant until) {}

  private final Clock clock;
  private final SecureRandom random;
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();

  MetadataTokens(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  String issue(String instanceId, int seconds) {
    Instant now = clock.instant();
    grants.values().removeIf(grant -> !grant.until().isAfter(now));
    var raw = new byte[42];
    random.nextBytes(raw);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    grants.put(token, new Grant(instanceId, now.plusSeconds(seconds)));
    return token;
  }

  boolean valid(String token, String instanceId) {
    Grant grant = grants.get(token);
    return grant != null
        && grant.instanceId().equals(instanceId)
        && grant.until().isAfter(clock.instant());
  }
}
