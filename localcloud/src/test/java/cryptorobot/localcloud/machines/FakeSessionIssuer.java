package cryptorobot.localcloud.machines;

import java.time.Instant;

/** Issues recognizable strings in place of a secret and a token. */
final class FakeSessionIssuer implements SessionIssuer {
  @Override
  public Issued issue(String accessKeyId, Instant expires) {
    return new Issued("secret of " + accessKeyId + " until " + expires, "token of " + accessKeyId);
  }
}
