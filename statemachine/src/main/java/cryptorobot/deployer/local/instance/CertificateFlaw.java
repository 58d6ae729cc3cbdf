package cryptorobot.deployer.local.instance;

/** What may be wrong with a certificate issued for a trial. */
public enum CertificateFlaw {
  NONE,
  /** Its validity ended yesterday. */
  EXPIRED,
  /** Its validity begins tomorrow. */
  NOT_YET_VALID,
  /** It names another host. */
  WRONG_HOST,
  /** The key is that of another certificate. */
  WRONG_KEY,
  /** The chain lists the root before the intermediate authority. */
  CHAIN_OUT_OF_ORDER
}
