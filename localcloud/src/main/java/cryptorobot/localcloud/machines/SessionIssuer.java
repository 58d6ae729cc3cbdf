package cryptorobot.localcloud.machines;

import java.time.Instant;

/** Issues the secret part of temporary credentials. */
@FunctionalInterface
public interface SessionIssuer {
  /** A secret access key and its session token. */
  record Issued(String secretAccessKey, String token) {
    @Override
    public String toString() {
      return "[redacted]";
    }
  }

  Issued issue(String accessKeyId, Instant expires);
}
