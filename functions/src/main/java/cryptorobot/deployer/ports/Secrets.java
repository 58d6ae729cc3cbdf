package cryptorobot.deployer.ports;

/**
 * The secret store.
 *
 * <p>A secret that is not there is an answer; a store that throttles, refuses or fails is a
 * failure: {@code AwsUnavailable}, {@code AccessDenied} or {@code KeysUnreadable}. The two are
 * never mixed up, because an outage of the store must not take the keys from a robot.
 */
public interface Secrets {

  /** The version now current under a name, or empty text when there is no such secret. */
  String currentVersion(String name);

  /** The content of exactly one version. */
  StoredSecret read(String name, String version);
}
