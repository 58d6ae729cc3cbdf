package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Paging;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import java.util.List;

/** GetExecutionHistory. */
final class HistoryCalls {
  /** The details to omit when the caller excludes the execution data. */
  private static final List<String> DATA =
      List.of("input", "output", "parameters", "assignedVariables");

  private final ExecutionStore executions;

  HistoryCalls(ExecutionStore executions) {
    this.executions = executions;
  }

  JsonNode history(RequestFields request) {
    request.only("executionArn", "maxResults", "reverseOrder", "nextToken", "includeExecutionData");
    List<HistoryEvent> events = executions.get(request.text("executionArn")).progress().history();
    List<HistoryEvent> ordered = request.flag("reverseOrder", false) ? events.reversed() : events;
    boolean data = request.flag("includeExecutionData", true);
    return Paging.of(request, "maxResults", "nextToken", 100, 1000)
        .response("events", ordered.stream().map(event -> event(event, data)).toList());
  }

  private static ObjectNode event(HistoryEvent event, boolean data) {
    ObjectNode node =
        AwsJson.object()
            .put("timestamp", AwsJson.epoch(event.timestamp()))
            .put("type", event.type())
            .put("id", event.id())
            .put("previousEventId", event.previousEventId());
    if (!event.detailsField().isEmpty()) {
      node.set(
          event.detailsField(), data ? event.details() : event.details().deepCopy().remove(DATA));
    }
    return node;
  }
}
