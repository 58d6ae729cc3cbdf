package cryptorobot.deployer.local.cli;

import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** Stores the secrets of an environment. Only ever writes: no value comes back out here. */
final class Secrets {
  private final SecretsManagerClient client;

  Secrets(AwsAccess access) {
    this.client = access.client(SecretsManagerClient.builder());
  }

  static String name(String environment, String kind) {
    return "crypto-robot/" + environment + "/" + kind;
  }

  boolean exists(String name) {
    try {
      client.describeSecret(request -> request.secretId(name));
      return true;
    } catch (ResourceNotFoundException e) {
      return false;
    }
  }

  /** Makes the secret, or gives the one there is a new version. */
  void store(String name, String value) {
    try {
      client.putSecretValue(request -> request.secretId(name).secretString(value));
    } catch (ResourceNotFoundException e) {
      client.createSecret(request -> request.name(name).secretString(value));
    }
  }
}
