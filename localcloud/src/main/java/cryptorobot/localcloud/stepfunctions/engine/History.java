package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The numbered events of an execution. Enforces AWS's limit. */
final class History {
  /** An execution with more events fails. */
  static final int MOST_EVENTS = 25_000;

  private final EngineClock clock;
  private final List<HistoryEvent> events = new ArrayList<>();

  History(EngineClock clock) {
    this.clock = clock;
  }

  /** Thrown if an event would leave no room for the event that ends the execution. */
  static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Full() {
      super("The execution reached the maximum number of history events (" + MOST_EVENTS + ").");
    }
  }

  long add(long previousEventId, String type, String detailsField, ObjectNode details) {
    if (events.size() >= MOST_EVENTS - 1) {
      throw new Full();
    }
    return write(previousEventId, type, detailsField, details);
  }

  /** Adds the last event, for which there is always room. */
  void end(long previousEventId, String type, String detailsField, ObjectNode details) {
    write(previousEventId, type, detailsField, details);
  }

  private long write(long previousEventId, String type, String detailsField, ObjectNode details) {
    long id = events.size() + 1L;
    events.add(new HistoryEvent(id, previousEventId, clock.now(), type, detailsField, details));
    return id;
  }

  List<HistoryEvent> snapshot() {
    return List.copyOf(events);
  }

  /** Adds a payload to the details of an event: its JSON text, and that it is not truncated. */
  static ObjectNode payload(ObjectNode details, String field, JsonNode value) {
    details.put(field, value.toString());
    details.putObject(field + "Details").put("truncated", false);
    return details;
  }

  static ObjectNode details() {
    return JsonNodeFactory.instance.objectNode();
  }
}
