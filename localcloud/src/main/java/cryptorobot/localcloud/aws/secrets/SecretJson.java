package cryptorobot.localcloud.aws.secrets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a secret is written in its file. */
final class SecretJson {
  private SecretJson() {}

  static byte[] write(SecretRecord secret) {
    ObjectNode node =
        AwsJson.object()
            .put("name", secret.name())
            .put("arn", secret.arn())
            .put("description", secret.description())
            .put("created_at", secret.createdAt().toString())
            .put("changed_at", secret.changedAt().toString());
    secret.deletedAt().ifPresent(at -> node.put("deleted_at", at.toString()));
    ArrayNode versions = node.putArray("versions");
    for (Version version : secret.versions()) {
      ArrayNode stages =
          versions
              .addObject()
              .put("id", version.id())
              .put("value", version.value())
              .put("binary", version.binary())
              .put("created_at", version.createdAt().toString())
              .putArray("stages");
      version.stages().stream().sorted().forEach(stages::add);
    }
    return AwsJson.bytes(node);
  }

  static SecretRecord read(byte[] content) {
    JsonNode node;
    try {
      node = AwsJson.parse(content);
    } catch (JsonProcessingException e) {
      // Without the cause: a parser's message quotes what it could not read.
      throw new IllegalStateException("a file in the state directory's secrets/ is damaged");
    }
    List<Version> versions = new ArrayList<>();
    for (JsonNode version : node.path("versions")) {
      Set<String> stages = new HashSet<>();
      version.path("stages").forEach(stage -> stages.add(stage.textValue()));
      versions.add(
          new Version(
              version.path("id").textValue(),
              version.path("value").textValue(),
              version.path("binary").booleanValue(),
              Instant.parse(version.path("created_at").textValue()),
              stages));
    }
    return new SecretRecord(
        node.path("name").textValue(),
        node.path("arn").textValue(),
        node.path("description").textValue(),
        Instant.parse(node.path("created_at").textValue()),
        Instant.parse(node.path("changed_at").textValue()),
        Optional.ofNullable(node.path("deleted_at").textValue()).map(Instant::parse),
        versions);
  }
}
