package cryptorobot.deployer.step;

import java.util.Map;

/**
 * The names of an environment's secrets: {@code <prefix>/<environment>/keys}, {@code …/certificate}
 * and {@code …/repository}.
 *
 * @param prefix the value of {@code SECRET_PREFIX}
 */
record SecretNames(String prefix) {

  static SecretNames of(Map<String, String> variables) {
    return new SecretNames(variables.getOrDefault("SECRET_PREFIX", "crypto-robot"));
  }

  String keys(String environment) {
    return prefix + "/" + environment + "/keys";
  }

  String certificate(String environment) {
    return prefix + "/" + environment + "/certificate";
  }

  String repository(String environment) {
    return prefix + "/" + environment + "/repository";
  }
}
