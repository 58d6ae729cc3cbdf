package cryptorobot.deployer.aws;

import cryptorobot.deployer.failure.DeploymentFailure.KeysUnreadable;
import cryptorobot.deployer.ports.Secrets;
import java.util.Map;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * The secrets of AWS Secrets Manager, of which no value is read. A secret that is scheduled for
 * deletion counts as missing.
 */
public final class SecretsManagerSecrets implements Secrets {

  private final SecretsManagerClient client;

  SecretsManagerSecrets(SecretsManagerClient client) {
    this.client = client;
  }

  /** The adapter as the function's environment configures it. */
  public static SecretsManagerSecrets fromEnvironment(Map<String, String> environment) {
    return new SecretsManagerSecrets(
        new AwsClients(environment).retrying(SecretsManagerClient.builder(), "SECRETS_MANAGER"));
  }

  @Override
  public String currentVersion(String name) {
    return AwsCall.of("secretsmanager:DescribeSecret", () -> current(name), KeysUnreadable::new);
  }

  private String current(String name) {
    try {
      DescribeSecretResponse secret = client.describeSecret(describe -> describe.secretId(name));
      if (secret.deletedDate() != null) {
        return "";
      }
      return secret.versionIdsToStages().entrySet().stream()
          .filter(version -> version.getValue().contains("AWSCURRENT"))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse("");
    } catch (ResourceNotFoundException e) {
      return "";
    } catch (SecretsManagerException e) {
      // IAM evaluates a request before Secrets Manager looks up the secret. A policy that names the
      // secret may not match one that does not exist.
      if (AwsCall.isDenied(e) && !isListed(name)) {
        return "";
      }
      throw e;
    }
  }

  /** Lists names only, so this needs no permission on the secret. The filter matches prefixes. */
  private boolean isListed(String name) {
    Filter byName = Filter.builder().key(FilterNameStringType.NAME).values(name).build();
    return AwsCall.of(
        "secretsmanager:ListSecrets",
        () ->
            client.listSecretsPaginator(list -> list.filters(byName)).stream()
                .flatMap(page -> page.secretList().stream())
                .anyMatch(secret -> secret.name().equals(name)),
        KeysUnreadable::new);
  }
}
