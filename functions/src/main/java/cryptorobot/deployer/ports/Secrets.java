package cryptorobot.deployer.ports;

/**
 * The secret store. No function reads a value: only the instance does.
 *
 * <p>A missing secret is a result. A store that throttles, refuses or fails is a failure: {@code
 * AwsUnavailable}, {@code AccessDenied} or {@code KeysUnreadable}. One must never be reported as
 * the other, because an outage of the store must not remove the keys from a robot.
 */
public interface Secrets {

  /**
   * The current version of the secret with this name, or an empty string if there is no such
   * secret.
   */
  String currentVersion(String name);
}
