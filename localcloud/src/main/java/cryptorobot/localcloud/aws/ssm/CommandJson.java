package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The file format of a command and its invocations. */
final class CommandJson {
  private CommandJson() {}

  record Stored(Command command, List<Invocation> invocations) {}

  static byte[] write(Stored stored) {
    Command command = stored.command();
    ObjectNode node =
        AwsJson.object()
            .put("id", command.id())
            .put("document", command.document().name())
            .put("content", command.document().content())
            .put("comment", command.comment())
            .put("requested_at", command.requestedAt().toString())
            .put("timeout_seconds", command.timeoutSeconds());
    ObjectNode parameters = node.putObject("parameters");
    command
        .parameters()
        .forEach((name, values) -> values.forEach(parameters.withArray("/" + name)::add));
    ArrayNode invocations = node.putArray("invocations");
    for (Invocation invocation : stored.invocations()) {
      ObjectNode one =
          invocations
              .addObject()
              .put("instance_id", invocation.instanceId())
              .put("status", invocation.status().name())
              .put("response_code", invocation.responseCode())
              .put("stdout", invocation.stdout())
              .put("stderr", invocation.stderr());
      invocation.startedAt().ifPresent(at -> one.put("started_at", at.toString()));
      invocation.endedAt().ifPresent(at -> one.put("ended_at", at.toString()));
    }
    return AwsJson.bytes(node);
  }

  static Stored read(byte[] content) {
    JsonNode node;
    try {
      node = AwsJson.parse(content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a file in the state directory's commands/ is damaged", e);
    }
    Map<String, List<String>> parameters = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.path("parameters").properties()) {
      List<String> values = new ArrayList<>();
      entry.getValue().forEach(value -> values.add(value.textValue()));
      parameters.put(entry.getKey(), values);
    }
    List<Invocation> invocations = new ArrayList<>();
    node.path("invocations").forEach(one -> invocations.add(invocation(one)));
    return new Stored(
        new Command(
            node.path("id").textValue(),
            new DocumentReader(node.path("document").textValue())
                .read(node.path("content").textValue()),
            parameters,
            node.path("comment").textValue(),
            invocations.stream().map(Invocation::instanceId).toList(),
            Instant.parse(node.path("requested_at").textValue()),
            node.path("timeout_seconds").intValue()),
        invocations);
  }

  private static Invocation invocation(JsonNode node) {
    return new Invocation(
        node.path("instance_id").textValue(),
        InvocationStatus.valueOf(node.path("status").textValue()),
        node.path("response_code").intValue(),
        instant(node, "started_at"),
        instant(node, "ended_at"),
        node.path("stdout").textValue(),
        node.path("stderr").textValue());
  }

  private static Optional<Instant> instant(JsonNode node, String name) {
    return Optional.ofNullable(node.path(name).textValue()).map(Instant::parse);
  }
}
