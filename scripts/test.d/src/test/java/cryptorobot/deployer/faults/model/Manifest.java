package cryptorobot.deployer.faults.model;

import java.util.Map;

/**
 * {@code release.json}: what a finished release is made of.
 *
 * @param settings the parameters that a later operation takes from it
 */
record Manifest(
    String release,
    String revision,
    String environment,
    Env env,
    String certificateVersion,
    String execution,
    Map<String, String> settings) {
  Manifest withCertificate(String version, String execution) {
    return new Manifest(release, revision, environment, env, version, execution, settings);
  }
}
