package cryptorobot.deployer.step;

import java.util.Map;

/**
 * The names of an environment's secrets: {@code <prefix>/<environment>/certificate}, {@code
 * …/repository}, and those of its releases, such as {@code …/keys}.
 *
 * @param prefix the value of {@code SECRET_PREFIX}
 */
record SecretNames(String prefix) {

  static SecretNames of(Map<String, String> variables) {
    return new SecretNames(variables.getOrDefault("SECRET_PREFIX", "crypto-robot"));
  }

  /** How the names of the secrets of a release begin. */
  String ofReleases(String environment) {
    return prefix + "/" + environment + "/";
  }

  String certificate(String environment) {
    return prefix + "/" + environment + "/certificate";
  }

  String repository(String environment) {
    return prefix + "/" + environment + "/repository";
  }
}
