package cryptorobot.deployer.faults.model;

import cryptorobot.deployer.ports.Secrets;

/** The secret store. Every value in it has a marker that must not appear elsewhere. */
public final class Store implements Secrets {
  public static final String MARKER = "marker-of-key-content";

  /** The newest versions. */
  public static final String KEYS = "k2";

  public static final String CERTIFICATE = "c1";

  @Override
  public String currentVersion(String name) {
    return name.endsWith("/repository") ? "" : name.endsWith("/keys") ? KEYS : CERTIFICATE;
  }
}
