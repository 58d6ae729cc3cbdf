package cryptorobot.localcloud.aws.secrets;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.Json;

/** How Secrets Manager tells of a secret; never its value. */
final class SecretAnswers {
  private SecretAnswers() {}

  static ObjectNode identity(StoredSecret secret) {
    return Json.object().put("ARN", secret.arn()).put("Name", secret.name());
  }

  static ObjectNode description(StoredSecret secret, String versionsField) {
    ObjectNode answer =
        identity(secret)
            .put("CreatedDate", Json.epoch(secret.createdAt()))
            .put("LastChangedDate", Json.epoch(secret.changedAt()));
    if (!secret.description().isEmpty()) {
      answer.put("Description", secret.description());
    }
    secret.deletedAt().ifPresent(at -> answer.put("DeletedDate", Json.epoch(at)));
    ObjectNode versions = answer.putObject(versionsField);
    secret.versions().forEach(version -> stages(versions.putArray(version.id()), version));
    return answer;
  }

  static void stages(ArrayNode into, Version version) {
    version.stages().stream().sorted().forEach(into::add);
  }
}
