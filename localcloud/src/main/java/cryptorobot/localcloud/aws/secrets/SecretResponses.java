package cryptorobot.localcloud.aws.secrets;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;

/** Descriptions of secrets in Secrets Manager's format, without values. */
final class SecretResponses {
  private SecretResponses() {}

  static ObjectNode identity(SecretRecord secret) {
    return AwsJson.object().put("ARN", secret.arn()).put("Name", secret.name());
  }

  static ObjectNode description(SecretRecord secret, String versionsField) {
    ObjectNode response =
        identity(secret)
            .put("CreatedDate", AwsJson.epoch(secret.createdAt()))
            .put("LastChangedDate", AwsJson.epoch(secret.changedAt()));
    if (!secret.description().isEmpty()) {
      response.put("Description", secret.description());
    }
    secret.deletedAt().ifPresent(at -> response.put("DeletedDate", AwsJson.epoch(at)));
    ObjectNode versions = response.putObject(versionsField);
    secret.versions().forEach(version -> stages(versions.putArray(version.id()), version));
    return response;
  }

  static void stages(ArrayNode into, Version version) {
    version.stages().stream().sorted().forEach(into::add);
  }
}
