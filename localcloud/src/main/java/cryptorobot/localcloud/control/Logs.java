package cryptorobot.localcloud.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.sns.PublishedMessage;
import cryptorobot.localcloud.aws.sns.PublishedMessages;
import cryptorobot.localcloud.aws.states.ExecutionNote;
import cryptorobot.localcloud.aws.states.States;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The log of an environment: its executions, and the messages published about it. */
public final class Logs {
  private record Entry(Instant at, String source, String text, JsonNode message) {}

  private final States states;
  private final PublishedMessages messages;

  public Logs(States states, PublishedMessages messages) {
    this.states = states;
    this.messages = messages;
  }

  /**
   * Oldest first: {@code {"entries": [{"at", "source": "execution|notice", "text", "message"?}]}}.
   */
  JsonNode of(String environment) {
    List<Entry> entries = new ArrayList<>();
    for (ExecutionNote note : states.notes(environment)) {
      entries.add(new Entry(note.at(), "execution", note.text(), null));
    }
    for (PublishedMessage published : messages.all()) {
      JsonNode message = parsed(published.message());
      if (message.path("environment").asText("").equals(environment)) {
        entries.add(new Entry(published.at(), "notice", published.subject(), message));
      }
    }
    entries.sort(Comparator.comparing(Entry::at));
    ObjectNode response = AwsJson.object();
    ArrayNode list = response.putArray("entries");
    for (Entry entry : entries) {
      ObjectNode one =
          list.addObject()
              .put("at", entry.at().toString())
              .put("source", entry.source())
              .put("text", entry.text());
      if (entry.message() != null) {
        one.set("message", entry.message());
      }
    }
    return response;
  }

  private static JsonNode parsed(String message) {
    try {
      return AwsJson.parse(message);
    } catch (JsonProcessingException e) {
      // A plain-text message belongs to no environment.
      return AwsJson.object();
    }
  }
}
