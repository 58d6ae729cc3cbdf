package cryptorobot.localcloud.aws.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The published messages, one JSON line each in an append-only file. */
public final class PublishedMessages {
  private final Path file;

  public PublishedMessages(Path file) {
    this.file = file;
  }

  public synchronized void add(PublishedMessage published) {
    JsonNode line =
        AwsJson.object()
            .put("at", published.at().toString())
            .put("message_id", published.messageId())
            .put("topic_arn", published.topicArn())
            .put("subject", published.subject())
            .put("text", published.text())
            .put("message", published.message());
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file, AwsJson.text(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All messages, oldest first. Skips a line that a crash truncated. */
  public synchronized List<PublishedMessage> all() {
    List<PublishedMessage> messages = new ArrayList<>();
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          read(line, messages);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(messages);
  }

  private static void read(String line, List<PublishedMessage> into) {
    try {
      JsonNode node = AwsJson.parse(line);
      into.add(
          new PublishedMessage(
              Instant.parse(node.path("at").asText()),
              node.path("message_id").asText(),
              node.path("topic_arn").asText(),
              node.path("subject").asText(),
              node.path("text").asText(),
              node.path("message").asText()));
    } catch (JsonProcessingException e) {
      // The local cloud was killed while it wrote this line; earlier lines are complete.
      return;
    }
  }
}
