package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The file format of an execution. */
final class ExecutionJson {
  private ExecutionJson() {}

  static byte[] write(Started started, Progress progress) {
    ObjectNode node =
        AwsJson.object()
            .put("arn", started.arn())
            .put("name", started.name())
            .put("machine_arn", started.machineArn())
            .put("machine_name", started.machineName())
            .put("definition", started.definition())
            .put("role_arn", started.roleArn())
            .put("input", started.input())
            .put("started_at", started.at().toString());
    progress
        .ended()
        .ifPresent(
            ended -> {
              ObjectNode end = node.putObject("ended");
              end.put("status", ended.status().name()).put("at", ended.at().toString());
              ended.output().ifPresent(output -> end.set("output", output));
              ended.error().ifPresent(error -> end.put("error", error));
              ended.cause().ifPresent(cause -> end.put("cause", cause));
            });
    ArrayNode history = node.putArray("history");
    for (HistoryEvent event : progress.history()) {
      history
          .addObject()
          .put("id", event.id())
          .put("previous", event.previousEventId())
          .put("at", event.timestamp().toString())
          .put("type", event.type())
          .put("field", event.detailsField())
          .set("details", event.details());
    }
    return AwsJson.bytes(node);
  }

  static StoredExecution read(byte[] content) {
    JsonNode node;
    try {
      node = AwsJson.parse(content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a file in the state directory's executions/ is damaged", e);
    }
    Started started =
        new Started(
            node.path("arn").textValue(),
            node.path("name").textValue(),
            node.path("machine_arn").textValue(),
            node.path("machine_name").textValue(),
            node.path("definition").textValue(),
            node.path("role_arn").textValue(),
            node.path("input").textValue(),
            Instant.parse(node.path("started_at").textValue()));
    List<HistoryEvent> history = new ArrayList<>();
    for (JsonNode event : node.path("history")) {
      history.add(
          new HistoryEvent(
              event.path("id").longValue(),
              event.path("previous").longValue(),
              Instant.parse(event.path("at").textValue()),
              event.path("type").textValue(),
              event.path("field").textValue(),
              event.path("details") instanceof ObjectNode details ? details : AwsJson.object()));
    }
    return StoredExecution.past(started, new Progress(ended(node.get("ended")), history));
  }

  private static Optional<Ended> ended(JsonNode node) {
    return Optional.ofNullable(node)
        .map(
            end ->
                new Ended(
                    Status.valueOf(end.path("status").textValue()),
                    Instant.parse(end.path("at").textValue()),
                    Optional.ofNullable(end.get("output")),
                    Optional.ofNullable(end.path("error").textValue()),
                    Optional.ofNullable(end.path("cause").textValue())));
  }
}
