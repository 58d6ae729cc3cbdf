package cryptorobot.localcloud.machines;

import java.time.Duration;
import java.time.Instant;

/** Flaws of a certificate; {@code NONE} is a valid certificate. */
public enum CertificateFlaw {
  NONE,
  /** Its validity ended yesterday. */
  EXPIRED,
  /** The validity of its issuer ended yesterday. */
  EXPIRED_INTERMEDIATE,
  /** Its validity begins tomorrow. */
  NOT_YET_VALID,
  /** It is for another host. */
  WRONG_HOST,
  /** The key belongs to another certificate. */
  WRONG_KEY,
  /** The chain lists the root before the intermediate authority. */
  CHAIN_OUT_OF_ORDER;

  private static final Duration DAY = Duration.ofDays(1);

  /** A certificate for a host name and addresses with this flaw and no other. */
  public IssuedCertificate issue(TestAuthority authority, String hostname, String... addresses) {
    Instant now = Instant.now();
    IssuedCertificate good = authority.issue(hostname, addresses);
    return switch (this) {
      case NONE -> good;
      case EXPIRED ->
          authority.issue(now.minus(DAY.multipliedBy(30)), now.minus(DAY), hostname, addresses);
      case EXPIRED_INTERMEDIATE ->
          authority.issueUnderIntermediate(now.minus(DAY), hostname, addresses);
      case NOT_YET_VALID ->
          authority.issue(now.plus(DAY), now.plus(DAY.multipliedBy(365)), hostname, addresses);
      case WRONG_HOST -> authority.issue("elsewhere.invalid", addresses);
      case WRONG_KEY ->
          new IssuedCertificate(good.cert(), authority.issue(hostname).key(), good.chain());
      case CHAIN_OUT_OF_ORDER ->
          new IssuedCertificate(
              good.cert(),
              good.key(),
              authority.rootPem() + good.chain().replace(authority.rootPem(), ""));
    };
  }
}
